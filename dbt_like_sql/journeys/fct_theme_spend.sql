/*
description: >-
  What each outcome theme was paid for, month by month: the spend of every service by the shares of
  spend_themes.yaml, to the penny. Spend of a service without shares stands under all services.
grain: one row per theme, service, provider and month
owner: commissioning@ashmere.example
columns:
  theme_code: Outcome theme that the share goes to.
  month_date: First day of the month paid for.
  amount_gbp: The theme's share of what was paid; shares of a month add up to the payment.
tests:
  - not_null: [theme_code, service_code, provider_id, month_date, amount_gbp]
  - unique: [theme_code, service_code, provider_id, month_date]
  - accepted_values: {column: theme_code, vocabulary: outcome_theme}
*/
with
payments as (select * from internal.contract_spend),
shares as (select * from reference.spend_share),

spend as (
    select
        service_code,
        provider_id,
        month_date,
        cast(round(sum(amount_gbp) * 100) as bigint) as pence
    from payments
    group by service_code, provider_id, month_date
),

shared as (
    select
        coalesce(shares.theme_code, 'all_services') as theme_code,
        spend.service_code,
        spend.provider_id,
        spend.month_date,
        spend.pence,
        abs(spend.pence) * coalesce(shares.share, 1) as share_pence
    from spend
    left join shares on spend.service_code = shares.service_code
),

-- Whole pence, and what is left of a penny in ten-thousandths.
split as (
    select
        theme_code,
        service_code,
        provider_id,
        month_date,
        pence,
        cast(floor(share_pence) as bigint) as whole_pence,
        share_pence - floor(share_pence) as rest_pence
    from shared
),

-- The method of largest remainders: pennies left over go where most of one was cut off, of equal
-- ones to the first theme by code, so that nothing is lost and order decides nothing.
placed as (
    select
        *,
        abs(pence) - sum(whole_pence) over (
            partition by service_code, provider_id, month_date
        ) as pence_left,
        row_number() over (
            partition by service_code, provider_id, month_date
            order by rest_pence desc, theme_code
        ) as place
    from split
),

allocated as (
    select
        theme_code,
        service_code,
        provider_id,
        month_date,
        sign(pence)
        * (whole_pence + case when place <= pence_left then 1 else 0 end) as theme_pence
    from placed
)

select
    theme_code::varchar as theme_code,
    service_code::varchar as service_code,
    provider_id::varchar as provider_id,
    month_date::date as month_date,
    (theme_pence::decimal(18, 2) / 100)::decimal(18, 2) as amount_gbp
from allocated
