/*
title: Which wards stand out in the funnel?
note: >-
  Wards beyond a funnel limit around the borough's value. At 0.025 one ward in twenty is expected
  to by chance alone, at 0.001 one in five hundred.
*/
select
    latest_figures.title,
    latest_figures.area_name,
    latest_figures.value,
    latest_figures.lower95,
    latest_figures.upper95,
    judgement.benchmark_value as borough_value,
    judgement.funnel_flag,
    judgement.compared_outcome
from latest_figures
inner join judgement
    on
        latest_figures.indicator_id = judgement.indicator_id
        and latest_figures.period_from = judgement.period_from
        and latest_figures.breakdown_type = judgement.breakdown_type
        and latest_figures.breakdown = judgement.breakdown
where
    latest_figures.breakdown_type = 'area'
    and (judgement.funnel_flag like 'High%' or judgement.funnel_flag like 'Low%')
order by latest_figures.indicator_id, latest_figures.area_code
