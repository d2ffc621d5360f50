"""The SQL that chooses published figures and puts beside each what it was judged to be.

Belongs here: that statement. Does not belong here: what its parameters may be (figures.py).
"""

from __future__ import annotations

# What an indicator's figures are shown for when no period is named: as in view latest_figures, but
# an indicator without any complete period shows that it has none.
FIGURES = """
with
latest as (
    select
        indicator_id,
        coalesce(max(period_from) filter (where not is_not_mature), max(period_from)) as period_from
    from figure
    group by indicator_id
),

compared as (
    select
        judgement.*,
        coalesce(area.area_name, judgement.benchmark_id)
        || ' (' || round(judgement.benchmark_value, 2)::decimal(18, 2) || ')' as benchmark
    from judgement
    left join area on judgement.benchmark_id = area.area_code
)

select
    shown.series_id || '@' || shown.period_from as figure_id,
    shown.indicator_id,
    shown.title,
    indicator.theme_code,
    shown.breakdown_type,
    shown.breakdown,
    series.label as about,
    period.label as period,
    shown.period_from,
    shown.period_to,
    shown.value,
    shown.lower95,
    shown.upper95,
    shown.multiplier,
    shown.statistic,
    shown.numerator,
    shown.denominator,
    shown.unit,
    case
        when shown.value is null then null
        when compared.compared_outcome = 'similar' then 'similar to ' || compared.benchmark
        when compared.compared_outcome <> 'not_compared'
        then compared.compared_outcome || ' than ' || compared.benchmark
    end as comparison,
    compared.compared_outcome,
    compared.benchmark_id,
    compared.benchmark_value,
    compared.funnel_flag,
    compared.recent_trend,
    compared.spc_variation,
    shown.shorthand
from marked_figures as shown
inner join indicator on shown.indicator_id = indicator.indicator_id
inner join series on shown.series_id = series.series_id
inner join period on shown.period_from = period.period_from and shown.period_to = period.period_to
inner join latest on shown.indicator_id = latest.indicator_id
left join compared
    on
        shown.indicator_id = compared.indicator_id
        and shown.period_from = compared.period_from
        and shown.period_to = compared.period_to
        and shown.area_code = compared.area_code
        and shown.provider_id = compared.provider_id
        and shown.breakdown_type = compared.breakdown_type
        and shown.breakdown = compared.breakdown
where
    (len($indicators) = 0 or list_contains($indicators, shown.indicator_id))
    and ($kind is null or shown.breakdown_type = $kind)
    and ($breakdown is null or shown.breakdown = $breakdown)
    and ($theme is null or indicator.theme_code = $theme)
    and ($all_periods or $period is not null or shown.period_from = latest.period_from)
    and ($period is null or $period in (shown.period_from::varchar, period.label))
order by
    shown.title, shown.indicator_id, shown.breakdown_type <> 'total', shown.breakdown_type,
    shown.breakdown, shown.period_from, shown.period_to
"""
