/*
title: People owed a homelessness duty who are taken to hospital within six months
theme: homelessness
description: >-
  Share of homelessness duties after which the applicant is admitted to hospital as an emergency
  within 182 days.
question: How often do people who become homeless end up in hospital?
definition: >-
  Homelessness duties after which an emergency admission of the same citizen starts 0 to 182 days
  later, out of all duties.
cohort: Homelessness duties, of whatever kind.
index_date: First day of the duty.
window_days: 182
unit: events
statistic: proportion
multiplier: 100
polarity: lower_is_better
period: financial_year
standard:
  framework: Local measure, on H-CLIC duties and Admitted Patient Care spells
  id: hom_emergency_6m
services: [homelessness, acute_hospital]
target:
  value: 3
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die or move away within the window stay in the denominator.
  - Only admissions to the hospital that reports to the council are seen.
  - Being admitted after becoming homeless need not be because of it.
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

duties as (
    select *
    from events
    where
        service_code = 'homelessness'
        and event_code = 'duty'
),

cohort as (
    select
        duties.event_id,
        duties.citizen_id,
        duties.provider_id,
        duties.event_from_date as index_date,
        min(emergencies.event_id) as met_event_id
    from duties
    left join emergencies
        on
            duties.citizen_id = emergencies.citizen_id
            and date_diff('day', duties.event_from_date, emergencies.admitted_date)
            between 0 and 182
    group by
        duties.event_id,
        duties.citizen_id,
        duties.provider_id,
        duties.event_from_date
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
