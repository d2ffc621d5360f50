"""The gate: the public figures checked against the policies before anything leaves the building.

Belongs here: rules that every public figure keeps whatever its count. Does not belong here: making
the figures (public.py), or attacking them (audit.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from insight_pipeline.kernel.errors import Fault

_NUMBERS = (
    "numerator, denominator, basis, value, lower95, upper95, lower998, upper998, "
    "linkage_lower, linkage_upper, linkage_rate"
)

_FEWEST = (
    "fewest_rounded(public.numerator, policy.hide_to, policy.round_to, policy.rounding)::bigint"
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
                public.statistic in ('proportion', 'weighted_proportion')
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
            (
                statistic <> 'median'
                and value is distinct from (numerator * (multiplier * 1e0) / nullif(basis, 0))
                ::decimal(18, 2)
            )
            or (
                statistic in ('proportion', 'rate', 'mean', 'median')
                and basis is distinct from denominator
            )
    ),
    count(*) filter (where coalesce(shorthand, '[u]') = '[u]' and value is null),
    count(*) filter (
        where statistic = 'isr' and value is not null and basis < policy.fewest_expected
    ),
    count(*) filter (
        where statistic = 'median' and (
            numerator is distinct from denominator
            or (value is null) <> (coalesce(numerator, 0) = 0)
            or (value is not null and {_FEWEST} < 2 * policy.fewest_told - 1)
            or (
                coalesce(lower95, upper95) is not null
                and not coalesce(median_rank({_FEWEST}, 0.95) >= policy.fewest_told, false)
            )
            or (
                coalesce(lower998, upper998) is not null
                and not coalesce(
                    median_rank({_FEWEST}, 0.998) >= policy.fewest_told
                    and median_rank({_FEWEST}, 0.95) - median_rank({_FEWEST}, 0.998)
                    >= (policy.fewest_told + 2) // 2,
                    false
                )
            )
            or (policy.round_to > 1 and value % multiplier <> 0)
            or value not between coalesce(lower95, value) and coalesce(upper95, value)
        )
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
    "a median and its limits have more members on either side than a policy hides",
)


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
