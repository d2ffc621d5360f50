/*
title: What does a theme cost, and what does it bring?
note: >-
  Price of a year of the contracts in force on the last day of the data, of the services where the
  theme's cases begin, beside the theme's latest totals. A service may serve several themes, so
  prices do not add up over themes, and they do not prove what a pound brought.
*/
with
begun as (
    select distinct indicator.theme, service.service_code, service.provider_id
    from indicator
    inner join indicator_service on indicator.indicator_id = indicator_service.indicator_id
    inner join service on indicator_service.service_code = service.service_code
    where indicator_service.role = 'index'
),

prices as (
    select
        begun.theme,
        sum(service.annual_price_gbp)::decimal(18, 2) as annual_price_gbp,
        string_agg(distinct service.service_title, ', ' order by service.service_title) as services
    from begun
    inner join service
        on begun.service_code = service.service_code and begun.provider_id = service.provider_id
    cross join release
    where release.as_of_date between service.from_date and coalesce(service.to_date, '9999-12-31')
    group by begun.theme
)

select
    indicator.theme,
    prices.annual_price_gbp,
    prices.services,
    indicator.title,
    latest_figures.value,
    latest_figures.lower95,
    latest_figures.upper95,
    latest_figures.shorthand,
    judgement.compared_outcome,
    judgement.recent_trend
from indicator
left join prices on indicator.theme = prices.theme
inner join latest_figures
    on
        indicator.indicator_id = latest_figures.indicator_id
        and latest_figures.breakdown_type = 'total'
inner join judgement
    on
        latest_figures.indicator_id = judgement.indicator_id
        and latest_figures.period_from = judgement.period_from
        and latest_figures.breakdown_type = judgement.breakdown_type
        and latest_figures.breakdown = judgement.breakdown
order by indicator.theme, indicator.indicator_id
