/*
title: How complete is a provider's data?
note: >-
  All datasets of a provider together, its last twelve months. Shares are whole per cent and
  withheld where few rows lie behind them.
*/
with
recent as (
    select
        *,
        row_number() over (partition by provider_id order by period_month desc) as month_no
    from scorecard
    where dataset = 'all'
)

select
    provider.provider_name,
    recent.period_month,
    recent.deliveries_expected,
    recent.deliveries_received,
    recent.on_time_pct,
    recent.completeness_pct,
    recent.validity_pct,
    recent.linkability_pct,
    recent.shorthand
from recent
inner join provider on recent.provider_id = provider.provider_id
where recent.month_no <= 12
order by provider.provider_name, recent.period_month
