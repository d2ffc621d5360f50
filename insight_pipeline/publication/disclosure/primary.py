"""Which figures are withheld for their own sake, and what the others would show.

Belongs here: the temp table `disclosure_cell`. Does not belong here: the policy of an indicator
(in_force.py), withholding because of other figures (secondary.py), the public table (public.py).
"""

from __future__ import annotations

import duckdb

from insight_pipeline.publication.disclosure.in_force import FIGURE, put_in_force
from insight_pipeline.publication.disclosure.policy import PoliciesInForce

LINKAGE_RANGE = "indicators.linkage_range"

# Whether a proportion's rest is small is asked of the counts, and of the counts as shown: a reader
# subtracts what he sees. The denominator of a count means nothing and is left out.
# The sum of squares against the square of the sum is at least the square of one person's share, so
# that from a half on one or two people have most of a mean's total. A mean of 0 would say the same
# of everybody in the group, that nobody has any.
# Too few expected are so by the number shown, to which the ratio is rounded; a sum of fractions is
# rounded to six decimals first, or its last bit could tell on which side of a step the count lies.
# What cannot be decided is withheld.
_CELLS = """
create or replace temp table disclosure_cell as
with
ranged as ({ranged}),

given as (
    select
        ranged.* exclude (denominator, value, lower95, upper95, lower998, upper998, ci_method),
        case when ranged.statistic <> 'count' then ranged.denominator end as denominator,
        policy.* exclude (indicator_id),
        policy.hide_to >= policy.hide_from as is_hiding
    from ranged
    inner join disclosure_policy as policy on ranged.indicator_id = policy.indicator_id
),

rounded as (
    select
        *,
        disclosed_count(numerator, hide_from, hide_to, round_to, rounding) as shown_numerator,
        disclosed_count(denominator, hide_from, hide_to, round_to, rounding) as shown_denominator
    from given
),

based as (
    select
        *,
        case
            when statistic in ('proportion', 'rate', 'mean') then shown_denominator
            when not is_hiding and round_to = 1 then basis
            when statistic = 'isr' then rounded_count(round(basis, 6), round_to, rounding)
            when statistic = 'dsr' then coarse_basis(basis, shown_numerator)
            when statistic = 'count' then 1
        end::decimal(18, 4) as shown_basis
    from rounded
),

spread_out as (
    select
        *,
        case
            when not is_hiding and round_to = 1 then spread
            when statistic = 'dsr' then coarse_dsr_spread(spread, basis, shown_basis)
            when statistic = 'mean'
                then coarse_mean_spread(
                    spread, numerator, denominator, shown_numerator, shown_denominator
                )
        end::double as shown_spread,
        shown_numerator is null or (statistic <> 'count' and shown_denominator is null)
            as has_small_count,
        statistic = 'proportion'
        and guard_complement
        and (
            denominator - numerator between hide_from and hide_to
            or shown_denominator - shown_numerator between hide_from and hide_to
        ) as has_small_rest,
        case
            when denominator = 0 then false
            when statistic = 'rate' then numerator < rate_min_count
            when statistic = 'dsr' then numerator < greatest(standardised_min_count, 10)
            when statistic = 'isr'
                then numerator < standardised_min_count or shown_basis < fewest_expected
            else false
        end as has_too_few_events,
        case
            when statistic = 'mean' and is_hiding and denominator > 0
                then
                    shown_numerator = 0
                    or (
                        spread > 0
                        and spread * spread * (denominator - 1) + power(numerator, 2) / denominator
                        >= 0.5 * power(numerator, 2)
                    )
            else false
        end as is_dominated
    from based
)

select
    * exclude (is_hiding, has_small_count, has_small_rest, has_too_few_events, is_dominated),
    coalesce(
        is_not_mature
        or has_small_count
        or has_small_rest
        or has_too_few_events
        or is_dominated
        or (denominator > 0 and coalesce(shown_basis, 0) = 0),
        true
    ) as is_hidden
from spread_out
"""


def mark_small(connection: duckdb.DuckDBPyConnection, policies: PoliciesInForce) -> None:
    """Make the temp tables `disclosure_policy` and `disclosure_cell` from `indicators.figure`.

    A cell is a figure with its policy's keys, what of it would be shown (shown_numerator,
    shown_denominator, shown_basis, shown_spread) and `is_hidden`. The connection must have the
    macros of functions/; it may be read-only. Raises an InsightError for counts that cannot be.
    """
    put_in_force(connection, policies)
    connection.execute(_CELLS.format(ranged=_ranged(connection)))


def _ranged(connection: duckdb.DuckDBPyConnection) -> str:
    """The figures with linkage_lower and linkage_upper, NULL where linkage drew nothing."""
    tables = "select count(*) from duckdb_tables() where schema_name || '.' || table_name = ?"
    if not connection.execute(tables, [LINKAGE_RANGE]).fetchall()[0][0]:
        return f"select *, null as linkage_lower, null as linkage_upper from {FIGURE}"
    return f"""
    select figure.*, linkage.linkage_lower, linkage.linkage_upper
    from {FIGURE} as figure
    left join {LINKAGE_RANGE} as linkage
        on
            figure.indicator_id = linkage.indicator_id
            and figure.period_from = linkage.period_from
            and figure.breakdown_type = linkage.breakdown_type
            and figure.breakdown = linkage.breakdown
    """
