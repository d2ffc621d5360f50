/*
title: What got better or worse, and how sure are we?
note: >-
  One row per indicator's total of its latest complete period. Where the interval reaches over the
  benchmark, the difference may be chance; a recent trend is named only when it is certain.
*/
select
    indicator.title,
    period.label as period,
    latest_figures.value,
    latest_figures.lower95,
    latest_figures.upper95,
    latest_figures.shorthand,
    indicator.polarity,
    judgement.compared_outcome,
    judgement.benchmark_value,
    judgement.recent_trend,
    judgement.spc_variation
from latest_figures
inner join indicator on latest_figures.indicator_id = indicator.indicator_id
inner join period
    on
        latest_figures.period_from = period.period_from
        and latest_figures.period_to = period.period_to
inner join judgement
    on
        latest_figures.indicator_id = judgement.indicator_id
        and latest_figures.period_from = judgement.period_from
        and latest_figures.breakdown_type = judgement.breakdown_type
        and latest_figures.breakdown = judgement.breakdown
where latest_figures.breakdown_type = 'total'
order by indicator.indicator_id
