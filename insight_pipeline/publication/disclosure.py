"""The only step between unsuppressed figures and what anybody outside may see.

Belongs here: withholding, rounding, and the gate that checks both. Does not belong here: policies'
numbers (data_contracts/publication/disclosure.yaml) or files (release.py). The public figures are a
new table made from rounded counts, never a view of or an update to the unsuppressed one.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.policy import DisclosurePolicy
from insight_pipeline.publication.secondary import hide_until_nothing_is_exposed

PUBLIC_TABLE = "public_figure"

_POLICY = """
create or replace temp table disclosure_policy (
    hide_from bigint, hide_to bigint, round_to bigint, guard_complement boolean
)
"""

# is_hidden grows by secondary suppression; the reason (primary or secondary) is never published,
# as it would say which of two blanks is the small one.
_CELLS = """
create or replace temp table disclosure_cell as
select
    figure.* exclude (value, lower95, upper95, lower998, upper998, ci_method),
    (
        figure.is_not_mature
        or figure.numerator between policy.hide_from and policy.hide_to
        or figure.denominator between policy.hide_from and policy.hide_to
        or (
            policy.guard_complement
            and figure.statistic = 'proportion'
            and figure.denominator - figure.numerator between policy.hide_from and policy.hide_to
        )
    ) as is_hidden
from indicators.figure as figure
cross join disclosure_policy as policy
"""

_PUBLIC = """
create or replace temp table public_figure as
with
rounded as (
    select
        cell.* exclude (numerator, denominator),
        case when not is_hidden then round_to_base(cell.numerator, policy.round_to) end
            as numerator,
        case when not is_hidden then round_to_base(cell.denominator, policy.round_to) end
            as denominator
    from disclosure_cell as cell
    cross join disclosure_policy as policy
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
    figure_value(numerator, denominator, multiplier)::decimal(18, 2) as value,
    figure_lower(statistic, numerator, denominator, multiplier, 0.95)::decimal(18, 2) as lower95,
    figure_upper(statistic, numerator, denominator, multiplier, 0.95)::decimal(18, 2) as upper95,
    figure_lower(statistic, numerator, denominator, multiplier, 0.998)::decimal(18, 2) as lower998,
    figure_upper(statistic, numerator, denominator, multiplier, 0.998)::decimal(18, 2) as upper998,
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
    end::varchar as shorthand,
    linkage_rate,
    coverage,
    is_not_mature
from rounded
order by
    indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown
"""

_GATE = """
select
    count(*) filter (
        where
            shorthand in ('[c]', '[x]')
            and coalesce(
                numerator, denominator, value, lower95, upper95, lower998, upper998
            ) is not null
    ),
    count(*) filter (where shorthand in ('[c]', '[x]') and ci_method is not null),
    count(*) filter (
        where
            numerator between policy.hide_from and policy.hide_to
            or denominator between policy.hide_from and policy.hide_to
    ),
    count(*) filter (
        where numerator % policy.round_to <> 0 or denominator % policy.round_to <> 0
    ),
    count(*) filter (where shorthand is null and value is null)
from public_figure
cross join disclosure_policy as policy
"""

_GATE_RULES = (
    "a withheld figure carries no number",
    "a withheld figure does not name its interval method",
    "no count in the hidden range is shown",
    "every shown count is rounded",
    "a figure without a value says why",
)


def disclose(connection: duckdb.DuckDBPyConnection, policy: DisclosurePolicy) -> None:
    """Make the temp table `public_figure` from `indicators.figure` under a policy.

    The connection must have the macros of functions/; it may be read-only. Raises one
    InsightError when the result breaks any rule of the gate.
    """
    connection.execute(_POLICY)
    connection.execute(
        "insert into disclosure_policy values (?, ?, ?, ?)",
        [policy.hide_from, policy.hide_to, policy.round_to, policy.guard_complement],
    )
    connection.execute(_CELLS)
    if policy.secondary:
        hide_until_nothing_is_exposed(connection)
    connection.execute(_PUBLIC)
    connection.execute("drop table disclosure_cell")
    raise_all(_gate(connection))


def _gate(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    broken = connection.execute(_GATE).fetchall()[0]
    for rule, rows in zip(_GATE_RULES, broken, strict=True):
        if rows:
            yield Fault(
                where="publication: disclosure gate",
                expected=rule,
                found=f"{rows} figures that break this",
                consequence="nothing is published, the last release stays",
                next_step="correct insight_pipeline/publication/disclosure.py; do not bypass it",
            )
