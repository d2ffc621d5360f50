/*
description: Spend on service contracts by month.
grain: one row per service, provider and month
owner: data-engineering@ashmere.example
feeds: [contract_spend]
tests:
  - not_null: [service_code, provider_id, month_date, amount_gbp]
  - unique: [service_code, provider_id, month_date]
*/
with
source as (select * from accepted.council__contract_spend)

select
    service::varchar as service_code,
    provider::varchar as provider_id,
    strptime(month, '%Y-%m-%d')::date as month_date,
    amount_gbp::decimal(18, 2) as amount_gbp
from source
