"""Which published figure is compared with which, and where it lies among its like.

Belongs here: the choice of benchmark, funnel and rank for each public figure. Does not belong here:
the comparisons themselves (macros compared_*, funnel_* and quantile_band), how much a funnel's
groups vary beyond chance (dispersion.py), or series of figures (judgement.py).
"""

from __future__ import annotations

import duckdb

from insight_pipeline.publication.dispersion import measure_dispersion
from insight_pipeline.publication.newcomers import expect_newcomers

# Parts of the borough are compared with the borough's total of the same period, the total with the
# header's benchmark, or its target where it has none. A provider who has only just begun is
# compared with nothing yet (newcomers.py). Age bands differ by age itself, which says nothing of
# how they fare: they are compared with nothing. The only row of a breakdown is the total under
# another name, and so is one with the total's counts: neither is compared. Without limits or
# benchmark nothing is either.
# A count would be ranked by the size of its area, a ratio on few expected events by chance, and
# fifths of the areas that happen to be shown would not be fifths of the borough.
_PLACED = """
create or replace temp table judgement_placed as
with
totals as (select * from public_figure where breakdown_type = 'total'),

placed as (
    select
        figure.*,
        header.benchmark_value as outside_value,
        header.benchmark_id as outside_id,
        total.value::double as total_value,
        total.area_code as total_code,
        total.numerator * 1e0 / nullif(total.basis, 0) as total_average,
        figure.breakdown_type in ('area', 'provider', 'sex', 'unit')
        and count(*) over (
            partition by
                figure.indicator_id, figure.period_from, figure.period_to, figure.breakdown_type
        ) > 1
        and not coalesce(
            figure.numerator = total.numerator and figure.denominator = total.denominator, false
        )
        and newcomer.indicator_id is null as is_part,
        case
            when
                figure.breakdown_type = 'area'
                and figure.statistic <> 'count'
                and (figure.statistic <> 'isr' or figure.basis >= 20)
                then figure.value::double
        end as ranked_value
    from public_figure as figure
    left join judgement_header as header on figure.indicator_id = header.indicator_id
    left join totals as total
        on
            figure.indicator_id = total.indicator_id
            and figure.period_from = total.period_from
            and figure.period_to = total.period_to
    left join newcomer_figure as newcomer
        on
            figure.indicator_id = newcomer.indicator_id
            and figure.period_from = newcomer.period_from
            and figure.breakdown_type = newcomer.breakdown_type
            and figure.breakdown = newcomer.breakdown
),

benchmarked as (
    select
        *,
        case
            when breakdown_type = 'total' then outside_value
            when is_part then total_value
        end as benchmark_value,
        case
            when breakdown_type = 'total' then outside_id
            when is_part then total_code
        end as benchmark_id,
        case when is_part and breakdown_type in ('area', 'provider', 'unit') then total_average end
            as average,
        count(ranked_value) over alike * 5 >= count(*) over alike * 4 as has_fifths
    from placed
    window alike as (partition by indicator_id, period_from, period_to, breakdown_type)
)

select
    *,
    dense_rank() over (order by indicator_id, period_from, period_to, breakdown_type) as funnel_id
from benchmarked
"""

# Limits widened for what its groups vary beyond chance can only take a flag away. A unit is better
# or worse only where the funnel flags it: its interval alone, one of many, would blame one in
# twenty that fares as all do.
_COMPARED = """
create or replace temp table judgement_compared as
with
flagged as (
    select
        placed.*,
        dispersion.funnel_groups,
        dispersion.dispersion,
        dispersion.tau_squared,
        case
            when value is null or average is null then null
            when statistic = 'proportion' then funnel_proportion_flag(numerator, basis, average)
            when statistic in ('rate', 'isr') then funnel_rate_flag(numerator, basis, average)
            when statistic = 'dsr' then funnel_dsr_flag(numerator, basis, average)
        end as narrow_flag,
        case
            when has_fifths
                then
                    quantile_band(
                        ranked_value, 5, polarity = 'lower_is_better',
                        (indicator_id, period_from, period_to, breakdown_type)
                    )
        end as quintile
    from judgement_placed as placed
    left join judgement_dispersion as dispersion on placed.funnel_id = dispersion.funnel_id
),

widened as (
    select
        *,
        dispersion_flag(
            narrow_flag, statistic, numerator * 1e0 / nullif(basis, 0), basis, average, tau_squared
        ) as funnel_flag
    from flagged
),

compared as (
    select
        *,
        case
            when breakdown_type <> 'unit'
                then compared_to_value(value, lower95, upper95, benchmark_value, polarity)
            else
                compared_outcome(
                    case
                        when funnel_flag like 'High%' then 1
                        when funnel_flag like 'Low%' then -1
                        when funnel_flag = 'Not significant' then 0
                    end,
                    polarity
                )
        end as compared_outcome
    from widened
)

select
    indicator_id,
    period_from,
    period_to,
    area_code,
    provider_id,
    breakdown_type,
    breakdown,
    compared_outcome,
    case
        when compared_outcome = 'not_compared' then null
        when breakdown_type = 'unit' then 'funnel'
        else 'ci_vs_value'
    end as compare_method,
    case when compared_outcome <> 'not_compared' then benchmark_id end as benchmark_id,
    case when compared_outcome <> 'not_compared' then benchmark_value end as benchmark_value,
    funnel_flag,
    case
        when funnel_flag is null then null
        when coalesce(tau_squared, 0) = 0 then 'PHEindicatormethods'
        else 'PHEindicatormethods, widened by additive random effects'
    end as funnel_method,
    case when funnel_flag is not null then funnel_groups end as funnel_groups,
    case when funnel_flag is not null then dispersion end as dispersion,
    case when funnel_flag is not null then tau_squared end as tau_squared,
    quintile
from compared
"""


def compare_with_benchmarks(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temp table `judgement_compared`, one row per row of `public_figure`, same keys.

    Read besides: the temp tables judgement_header (indicator_id, benchmark_value, benchmark_id) and
    newcomer_figure (newcomers.py), the latter if there is one.
    Added columns: compared_outcome, compare_method, benchmark_id, benchmark_value, funnel_flag,
    funnel_method, funnel_groups, dispersion, tau_squared and quintile.
    """
    expect_newcomers(connection)
    connection.execute(_PLACED)
    measure_dispersion(connection)
    connection.execute(_COMPARED)
