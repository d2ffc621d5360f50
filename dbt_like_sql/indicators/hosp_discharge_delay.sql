/*
title: Days people wait in hospital after they are ready to leave
theme: neighbourhood_health
description: Mean number of days from the day somebody is ready for discharge to the discharge.
question: How long do people wait in hospital for what they need to go home?
definition: >-
  Days from the day a patient is ready for discharge to the day of discharge, added up, divided by
  the number of discharged patients; somebody who leaves on the day waits 0 days.
cohort: >-
  Hospital stays of adults of at least one night that ended alive in the quarter, and whose day of
  being ready is recorded.
index_date: Day of discharge.
window_days: 0
unit: events
statistic: mean
multiplier: 1
polarity: lower_is_better
period: quarter
standard: {framework: Better Care Fund, id: discharge delay}
services: [acute_hospital]
target:
  value: 0.75
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - Few people wait long, and they weigh on the mean.
  - Stays without a recorded day of being ready are left out.
since: "2024-04-01"
grain: one row per quarter and total, ward, provider, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator, sum_of_squares]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator >= 0 and denominator > 0
*/
with
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
breakdown_types as (select * from core.dim_breakdown_type),

waits as (
    select
        event_id,
        citizen_id,
        provider_id,
        event_to_date as index_date,
        date_diff('day', event_from_date, event_to_date) as amount
    from events
    where
        service_code = 'acute_hospital'
        and event_code = 'discharge_ready'
        and event_to_date is not null
        and outcome_code <> 'died'
),

members as (
    select
        waits.event_id as member_id,
        waits.citizen_id,
        waits.index_date,
        quarter_start(waits.index_date) as period_from,
        quarter_end(waits.index_date) as period_to,
        citizens.area_code,
        waits.provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, waits.index_date)) as age_band,
        waits.event_id,
        null::varchar as met_event_id,
        waits.amount
    from waits
    inner join citizens on waits.citizen_id = citizens.citizen_id
),

broken_down as (
    select
        members.period_from,
        members.period_to,
        members.member_id,
        members.amount,
        breakdown_types.breakdown_type,
        breakdown_of(
            breakdown_types.breakdown_type,
            members.area_code,
            members.provider_id,
            members.sex_code,
            members.age_band
        ) as breakdown
    from members
    cross join breakdown_types
),

counted as (
    select
        period_from,
        period_to,
        breakdown_type,
        breakdown,
        sum(amount) as numerator,
        count(*) as denominator,
        sum(amount * amount) as sum_of_squares
    from broken_down
    where breakdown is not null
    group by period_from, period_to, breakdown_type, breakdown
)

select
    period_from::date as period_from,
    period_to::date as period_to,
    breakdown_area(breakdown_type, breakdown)::varchar as area_code,
    breakdown_provider(breakdown_type, breakdown)::varchar as provider_id,
    breakdown_type::varchar as breakdown_type,
    breakdown::varchar as breakdown,
    numerator::bigint as numerator,
    denominator::bigint as denominator,
    sum_of_squares::double as sum_of_squares
from counted
