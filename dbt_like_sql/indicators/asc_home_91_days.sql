/*
title: Older people still at home 91 days after leaving hospital into reablement
theme: adult_social_care
description: >-
  Share of people aged 65 and over discharged from hospital into reablement who are at home 91 days
  later.
question: Do older people who get help after hospital stay at home?
definition: >-
  Discharges of citizens who on the 91st day afterwards are alive, not in hospital and not in a care
  home, out of all discharges at age 65 or over that a short-term service of adult social care
  followed within 7 days.
cohort: >-
  Hospital stays that ended alive in the year at age 65 or over, followed by a short-term service of
  adult social care starting 0 to 7 days after discharge.
index_date: Day of discharge.
window_days: 91
unit: events
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: financial_year
standard: {framework: Adult Social Care Outcomes Framework, id: 2D}
services: [acute_hospital, adult_social_care]
followed: [acute_hospital, adult_social_care]
target:
  value: 82
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who move away count as at home.
  - Care homes and hospitals whose records the council does not receive are not seen.
  - Age is taken from the month of birth.
since: "2024-04-01"
grain: one row per financial year and total, ward, provider of reablement, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
discharges as (select * from journeys.fct_hospital_discharge),
citizens as (select * from core.dim_citizen),
breakdown_types as (select * from core.dim_breakdown_type),

cohort as (
    select
        discharges.event_id,
        discharges.citizen_id,
        discharges.discharge_date as index_date,
        citizens.area_code,
        discharges.reablement_provider_id as provider_id,
        citizens.sex_code,
        age_in_years(citizens.birth_month, discharges.discharge_date) as age_years,
        discharges.later_stay_event_id is null
        and coalesce(citizens.death_date > discharges.discharge_date + 91, true) as is_met
    from discharges
    inner join citizens on discharges.citizen_id = citizens.citizen_id
    where discharges.reablement_days <= 7
),

members as (
    select
        cohort.event_id as member_id,
        cohort.citizen_id,
        cohort.index_date,
        financial_year_start(cohort.index_date) as period_from,
        financial_year_end(cohort.index_date) as period_to,
        cohort.area_code,
        cohort.provider_id,
        cohort.sex_code,
        age_band(cohort.age_years) as age_band,
        cohort.event_id,
        null::varchar as met_event_id,
        cohort.is_met
    from cohort
    where cohort.age_years >= 65
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
