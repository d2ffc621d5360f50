/*
title: Who picks up the people A refers to B?
note: >-
  One row per pair of providers, in its latest complete quarter: of the people handed over, the
  share whom nobody had taken on when the clock ran out, and how many days it took where somebody
  did. Write names in a where clause to ask about one pair; data_contracts/pathways.yaml has the
  clocks.
*/
with
pairs as (
    select
        series_id,
        max(period_from) filter (where not is_not_mature) as period_from
    from figure
    where indicator_id = 'handoff_missed' and breakdown_type = 'provider_pair'
    group by series_id
),

missed as (
    select figure.*
    from figure
    inner join pairs
        on figure.series_id = pairs.series_id and figure.period_from = pairs.period_from
)

select
    breakdown.label as from_and_to,
    period.label as period,
    missed.denominator as handed_over,
    missed.value as missed_pct,
    missed.lower95,
    missed.upper95,
    missed.shorthand,
    days.value as median_days,
    days.lower95 as days_lower95,
    days.upper95 as days_upper95,
    days.shorthand as days_shorthand
from missed
inner join period
    on missed.period_from = period.period_from and missed.period_to = period.period_to
left join breakdown
    on
        missed.breakdown_type = breakdown.breakdown_type
        and missed.breakdown = breakdown.breakdown
left join figure as days
    on
        days.indicator_id = 'handoff_median_days'
        and missed.period_from = days.period_from
        and missed.breakdown_type = days.breakdown_type
        and missed.breakdown = days.breakdown
order by from_and_to, missed.breakdown
