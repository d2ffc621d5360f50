/*
title: Who falls between services?
note: >-
  Indicators that follow people from one service to another: of those who set out, the share the
  figure counts within so many days. Polarity says whether that is the outcome hoped for.
*/
select
    starts.service_title as from_service,
    follows.service_title as to_service,
    indicator.title,
    indicator.window_days,
    indicator.polarity,
    latest_figures.period_from,
    latest_figures.denominator as set_out,
    latest_figures.numerator as counted,
    latest_figures.value,
    latest_figures.lower95,
    latest_figures.upper95,
    latest_figures.shorthand
from indicator_service as starts
inner join indicator_service as follows
    on
        starts.indicator_id = follows.indicator_id
        and starts.service_code <> follows.service_code
inner join indicator on starts.indicator_id = indicator.indicator_id
inner join latest_figures
    on
        starts.indicator_id = latest_figures.indicator_id
        and latest_figures.breakdown_type = 'total'
where starts.role = 'index' and follows.role = 'followed'
order by from_service, to_service, indicator.indicator_id
