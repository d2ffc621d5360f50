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
# A median has so many members on either side of it, and a limit of it so many at or beyond, as the
# policy may tell of (fewest_told). That is asked of the smallest count shown as theirs, so that a
# blank limit tells nothing of the count inside its step of rounding; nor does a median between two
# whole numbers, which would say that the count is even: it is rounded. Limits at 99.8 % stand as
# many people further out as a group that is withheld can move them: nearer by, medians of a whole
# and of its parts would measure how large that group is.
# What cannot be decided is withheld.
_CELLS = """
create or replace temp table disclosure_cell as
with
ranged as ({ranged}),

given as (
    select
        ranged.* exclude (denominator, value, lower95, upper95, lower998, upper998, ci_method),
        case when ranged.statistic <> 'count' then ranged.denominator end as denominator,
        case
            when ranged.statistic = 'median' and ranged.denominator > 0
                then ranged.value / ranged.multiplier
        end as middle,
        case when ranged.statistic = 'median' then ranged.linkage_lower / ranged.multiplier end
            as least_drawn,
        case when ranged.statistic = 'median' then ranged.linkage_upper / ranged.multiplier end
            as most_drawn,
        case when ranged.statistic = 'median' then ranged.lower95 / ranged.multiplier end as low95,
        case when ranged.statistic = 'median' then ranged.upper95 / ranged.multiplier end as high95,
        case when ranged.statistic = 'median' then ranged.lower998 / ranged.multiplier end
            as low998,
        case when ranged.statistic = 'median' then ranged.upper998 / ranged.multiplier end
            as high998,
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
            when statistic in ('proportion', 'rate', 'mean', 'median') then shown_denominator
            when not is_hiding and round_to = 1 then basis
            when statistic = 'isr' then rounded_count(round(basis, 6), round_to, rounding)
            when statistic = 'dsr' then coarse_basis(basis, shown_numerator)
            when statistic = 'weighted_proportion'
                then coarse_weighted_basis(
                    basis, numerator, denominator, shown_numerator, shown_denominator,
                    coarse_design_effect(spread)
                )
            when statistic = 'count' then 1
        end::decimal(18, 4) as shown_basis,
        case
            when statistic = 'median'
                then fewest_rounded(shown_denominator, hide_to, round_to, rounding)
        end as fewest_members
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
            when statistic = 'weighted_proportion' then coarse_design_effect(spread)
        end::double as shown_spread,
        case when not is_hiding and round_to = 1 then middle else round(round(middle, 1)) end
            as shown_middle,
        case when not is_hiding and round_to = 1 then least_drawn else round(round(least_drawn, 1))
        end as shown_least,
        case when not is_hiding and round_to = 1 then most_drawn else round(round(most_drawn, 1))
        end as shown_most,
        median_rank(fewest_members, 0.95) >= fewest_told as has_limits95,
        median_rank(fewest_members, 0.998) >= fewest_told
        and median_rank(fewest_members, 0.95) - median_rank(fewest_members, 0.998)
        >= (fewest_told + 2) // 2 as has_limits998,
        shown_numerator is null or (statistic <> 'count' and shown_denominator is null)
            as has_small_count,
        statistic in ('proportion', 'weighted_proportion')
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
            when statistic = 'median' then fewest_members < 2 * fewest_told - 1
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
    * exclude (
        middle, least_drawn, most_drawn, low95, high95, low998, high998, fewest_members,
        has_limits95, has_limits998, is_hiding, has_small_count, has_small_rest,
        has_too_few_events, is_dominated
    ),
    case when has_limits95 then low95 end as shown_low95,
    case when has_limits95 then high95 end as shown_high95,
    case when has_limits998 then low998 end as shown_low998,
    case when has_limits998 then high998 end as shown_high998,
    coalesce(
        is_not_mature
        or has_small_count
        or has_small_rest
        or has_too_few_events
        or is_dominated
        or (
            statistic = 'weighted_proportion'
            and denominator > 0
            and shown_denominator < fewest_told * shown_spread - 1e-9
        )
        or (denominator > 0 and coalesce(shown_basis, 0) = 0),
        true
    ) as is_hidden
from spread_out
"""


def mark_small(connection: duckdb.DuckDBPyConnection, policies: PoliciesInForce) -> None:
    """Make the temp tables `disclosure_policy` and `disclosure_cell` from `indicators.figure`.

    A cell is a figure with its policy's keys, what of it would be shown (shown_numerator,
    shown_denominator, shown_basis, shown_spread; of a median, in the unit of its values,
    shown_middle, shown_least and shown_most, shown_low95, shown_high95, shown_low998 and
    shown_high998) and `is_hidden`. The connection must have the macros of functions/; it may be
    read-only. Raises an InsightError for counts that cannot be.
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
