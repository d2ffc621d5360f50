/*
title: What did we spend per sustained tenancy, and per other outcome?
note: >-
  One row per indicator whose outcome has a price, and period: contract payments for the service in
  that period over outcomes achieved. The interval allows for chance and for the rounding of the
  count. A cost is no proof that the money brought the outcome.
*/
select
    indicator.title,
    unit_cost.service_code,
    period.label as period,
    unit_cost.amount_gbp,
    unit_cost.count_shown as outcomes,
    unit_cost.unit_cost_gbp,
    unit_cost.lower95,
    unit_cost.upper95,
    unit_cost.shorthand,
    unit_cost.note
from unit_cost
inner join indicator on unit_cost.indicator_id = indicator.indicator_id
inner join period
    on
        unit_cost.period_from = period.period_from
        and unit_cost.period_to = period.period_to
where unit_cost.kind = 'outcome'
order by indicator.indicator_id, unit_cost.period_from
