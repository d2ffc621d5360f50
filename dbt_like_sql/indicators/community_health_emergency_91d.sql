/*
title: People referred to community health who are taken to hospital within 91 days
theme: neighbourhood_health
description: >-
  Share of community health referrals after which the citizen is admitted to hospital as an
  emergency within 91 days.
question: Does community health keep people out of hospital?
definition: >-
  Community health referrals after whose first day an emergency admission of the same citizen
  starts 0 to 91 days later, out of all referrals.
cohort: Referrals to community health.
index_date: Day the referral was received.
window_days: 91
unit: events
statistic: proportion
multiplier: 100
polarity: lower_is_better
period: financial_year
standard:
  framework: Local measure, on Community Services Data Set and Admitted Patient Care
  id: community_health_emergency_91d
services: [community_health, acute_hospital]
target:
  value: 8
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die or move away within the window stay in the denominator.
  - Only admissions to the hospital that reports to the council are seen.
  - Who is referred to community health is likelier than others to fall ill.
since: "2024-04-01"
grain: one row per financial year and total, ward, provider, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
breakdown_types as (select * from core.dim_breakdown_type),

emergencies as (
    select
        event_id,
        citizen_id,
        event_from_date as admitted_date
    from events
    where
        service_code = 'acute_hospital'
        and event_code = 'spell'
        and detail_code in ('emergency', 'emergency_fall')
),

referrals as (
    select *
    from events
    where
        service_code = 'community_health'
        and event_code = 'referral'
),

cohort as (
    select
        referrals.event_id,
        referrals.citizen_id,
        referrals.provider_id,
        referrals.event_from_date as index_date,
        min(emergencies.event_id) as met_event_id
    from referrals
    left join emergencies
        on
            referrals.citizen_id = emergencies.citizen_id
            and date_diff('day', referrals.event_from_date, emergencies.admitted_date)
            between 0 and 91
    group by
        referrals.event_id,
        referrals.citizen_id,
        referrals.provider_id,
        referrals.event_from_date
),

members as (
    select
        cohort.event_id as member_id,
        cohort.citizen_id,
        cohort.index_date,
        financial_year_start(cohort.index_date) as period_from,
        financial_year_end(cohort.index_date) as period_to,
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
