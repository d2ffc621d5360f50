/*
title: People homeless again within a year of a home being secured
theme: homelessness
description: >-
  Share of homelessness duties ended with accommodation secured that a new duty follows within 365
  days.
question: Does the help homeless people get last?
definition: >-
  Duties that ended with accommodation secured and were followed by another duty to the same citizen
  1 to 365 days later, out of all duties that ended with accommodation secured.
cohort: Homelessness duties of any kind that ended with accommodation secured.
index_date: Last day of the duty.
window_days: 365
unit: events
statistic: proportion
multiplier: 100
polarity: lower_is_better
period: quarter
standard: {framework: "Local measure, on H-CLIC duties", id: hom_repeat_12m}
services: [homelessness]
outcome_spend: [homelessness]
target:
  value: 15
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die or move away within the window stay in the denominator.
  - A duty owed by another council is not seen.
since: "2024-04-01"
grain: one row per quarter and total, ward, provider, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
duties as (select * from journeys.fct_homelessness_duty_end),
citizens as (select * from core.dim_citizen),
breakdown_types as (select * from core.dim_breakdown_type),

cohort as (
    select
        event_id,
        citizen_id,
        provider_id,
        ended_date as index_date,
        case when repeat_days <= 365 then repeat_event_id end as met_event_id
    from duties
    where outcome_code in ('secured_accommodation', 'secured_short_term')
),

members as (
    select
        cohort.event_id as member_id,
        cohort.citizen_id,
        cohort.index_date,
        quarter_start(cohort.index_date) as period_from,
        quarter_end(cohort.index_date) as period_to,
        citizens.area_code,
        cohort.provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, cohort.index_date)) as age_band,
        cohort.event_id,
        cohort.met_event_id,
        cohort.met_event_id is not null as is_met
    from cohort
    inner join citizens on cohort.citizen_id = citizens.citizen_id
),

broken_down as (
    select
        members.period_from,
        members.period_to,
        members.member_id,
        members.is_met,
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
        count(distinct member_id) filter (where is_met) as numerator,
        count(distinct member_id) as denominator
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
    denominator::bigint as denominator
from counted
