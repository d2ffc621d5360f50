/*
description: What each service cost at each provider, month by month, beside how many it served.
grain: one row per service, provider and month
owner: commissioning@ashmere.example
columns:
  month_date: First day of the month.
  amount_gbp: What the council paid in that month.
  citizen_count: Citizens with an event of that service at that provider open in that month.
tests:
  - not_null: [service_code, provider_id, month_date, amount_gbp, citizen_count]
*/
with
payments as (select * from internal.contract_spend),
events as (select * from core.fct_service_event),

spend as (
    select
        service_code,
        provider_id,
        month_date,
        sum(amount_gbp) as amount_gbp
    from payments
    group by service_code, provider_id, month_date
),

served as (
    select
        spend.service_code,
        spend.provider_id,
        spend.month_date,
        spend.amount_gbp,
        count(distinct events.citizen_id) as citizen_count
    from spend
    left join events
        on
            spend.service_code = events.service_code
            and spend.provider_id = events.provider_id
            and events.event_from_date < (spend.month_date + interval 1 month)::date
            and coalesce(events.event_to_date, date '9999-12-31') >= spend.month_date
    group by spend.service_code, spend.provider_id, spend.month_date, spend.amount_gbp
)

select
    service_code::varchar as service_code,
    provider_id::varchar as provider_id,
    month_date::date as month_date,
    amount_gbp::decimal(18, 2) as amount_gbp,
    citizen_count::bigint as citizen_count
from served
