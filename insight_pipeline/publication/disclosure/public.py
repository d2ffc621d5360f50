"""The public figures: made anew from what may be shown, never a view of the unsuppressed ones.

Belongs here: the temp table `public_figure`, and the gate that checks it against the policies. Does
not belong here: what is withheld (primary.py, secondary.py), or files (database/).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from insight_pipeline.kernel.errors import Fault

PUBLIC_TABLE = "public_figure"

# Value and limits follow from the numbers shown beside them, and from nothing else. A linkage
# limit is turned into how many cases it lies away, in whole steps of rounding (a case in twenty is
# left to the rounding of values): it tells nothing of where inside its step the count itself is.
# Whether a withheld figure is itself small or only beside a small one is never published.
_PUBLIC = """
create or replace temp table public_figure as
with
shown as (
    select
        cell.* exclude (numerator, denominator, basis, spread),
        case when not is_hidden then cell.shown_numerator end as numerator,
        case when not is_hidden then cell.shown_denominator end as denominator,
        case when not is_hidden then cell.shown_basis end as basis,
        case when not is_hidden then cell.shown_spread end as spread,
        cell.shown_numerator - cell.round_to * ceil(
            (cell.numerator - cell.linkage_lower * cell.basis / cell.multiplier - 0.05)
            / cell.round_to
        ) as linked_fewest,
        cell.shown_numerator + cell.round_to * ceil(
            (cell.linkage_upper * cell.basis / cell.multiplier - cell.numerator - 0.05)
            / cell.round_to
        ) as linked_most
    from disclosure_cell as cell
)

select
    indicator_id,
    title,
    period_from,
    period_to,
    area_code,
    area_name,
    provider_id,
    breakdown_type,
    breakdown,
    numerator,
    denominator,
    basis,
    figure_value(numerator, basis, multiplier)::decimal(18, 2) as value,
    figure_lower(
        statistic, numerator, basis, denominator, spread, multiplier, 0.95
    )::decimal(18, 2) as lower95,
    figure_upper(
        statistic, numerator, basis, denominator, spread, multiplier, 0.95
    )::decimal(18, 2) as upper95,
    figure_lower(
        statistic, numerator, basis, denominator, spread, multiplier, 0.998
    )::decimal(18, 2) as lower998,
    figure_upper(
        statistic, numerator, basis, denominator, spread, multiplier, 0.998
    )::decimal(18, 2) as upper998,
    statistic,
    case when numerator is not null then figure_method(statistic, numerator) end::varchar
        as ci_method,
    multiplier,
    unit,
    polarity,
    case
        when is_not_mature then '[x]'
        when is_hidden then '[c]'
        when denominator = 0 then '[z]'
        when numerator < unreliable_below then '[u]'
    end::varchar as shorthand,
    case
        when linked_fewest is not null
            then figure_value(greatest(least(linked_fewest, numerator), 0), basis, multiplier)
    end::decimal(18, 2) as linkage_lower,
    case
        when linked_most is not null
            then figure_value(greatest(linked_most, numerator), basis, multiplier)
    end::decimal(18, 2) as linkage_upper,
    case when not is_hidden then linkage_rate::decimal(18, 2) end::decimal(5, 4) as linkage_rate,
    coverage,
    is_not_mature,
    disclosure_policy,
    round_to::integer as rounded_to
from shown
order by
    indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown
"""

_NUMBERS = (
    "numerator, denominator, basis, value, lower95, upper95, lower998, upper998, "
    "linkage_lower, linkage_upper, linkage_rate"
)

_GATE = f"""
select
    count(*) filter (
        where shorthand in ('[c]', '[x]') and coalesce({_NUMBERS}) is not null
    ),
    count(*) filter (where shorthand in ('[c]', '[x]') and ci_method is not null),
    count(*) filter (
        where
            public.numerator between policy.hide_from and policy.hide_to
            or public.denominator between policy.hide_from and policy.hide_to
            or (
                public.statistic = 'proportion'
                and policy.guard_complement
                and public.denominator - public.numerator between policy.hide_from
                and policy.hide_to
            )
    ),
    count(*) filter (
        where
            public.numerator
            <> rounded_count(public.numerator, policy.round_to, policy.rounding)
            or public.denominator
            <> rounded_count(public.denominator, policy.round_to, policy.rounding)
    ),
    count(*) filter (
        where
            value is distinct from (numerator * (multiplier * 1e0) / nullif(basis, 0))
            ::decimal(18, 2)
            or (statistic in ('proportion', 'rate', 'mean') and basis is distinct from denominator)
    ),
    count(*) filter (where coalesce(shorthand, '[u]') = '[u]' and value is null),
    count(*) filter (
        where statistic = 'isr' and value is not null and basis < policy.fewest_expected
    )
from public_figure as public
inner join disclosure_policy as policy on public.indicator_id = policy.indicator_id
"""

_GATE_RULES = (
    "a withheld figure carries no number",
    "a withheld figure does not name its interval method",
    "no count in the hidden range is shown, nor can be had by subtracting",
    "every shown count is rounded",
    "a value is numerator / basis x multiplier as shown, or is withheld with them",
    "a figure without a value says why",
    "a ratio rests on enough expected events for their rounding not to distort it",
)


def make_public(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temp table `public_figure` from `disclosure_cell`."""
    connection.execute(_PUBLIC)


def gate(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    """Every rule that `public_figure` breaks, with how many figures break it."""
    broken = connection.execute(_GATE).fetchall()[0]
    for rule, rows in zip(_GATE_RULES, broken, strict=True):
        if rows:
            yield Fault(
                where="publication: disclosure gate",
                expected=rule,
                found=f"{rows} figures that break this",
                consequence="nothing is published, the last release stays",
                next_step="correct insight_pipeline/publication/disclosure/; do not bypass it",
            )
