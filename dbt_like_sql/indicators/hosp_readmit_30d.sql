/*
title: Emergency readmissions within 30 days of leaving hospital
theme: neighbourhood_health
description: >-
  Emergency readmissions within 30 days of discharge against the number expected at the borough's
  rates for people of the same age and sex.
question: How often do people have to go back to hospital soon after they leave it?
definition: >-
  Discharges followed by an emergency admission of the same citizen to any hospital 0 to 29 days
  later, over the number expected if the borough's share in the same year held for each sex and age
  band, times 100.
cohort: Hospital stays that ended alive in the year.
index_date: Day of discharge.
window_days: 29
unit: events
statistic: isr
multiplier: 100
polarity: lower_is_better
period: financial_year
standard: {framework: Fingertips, id: "41101"}
services: [acute_hospital]
no_benchmark: The borough as a whole is 100 by definition, so that there is nothing to reach.
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - The borough as a whole is 100 by definition; wards and providers are compared with it.
  - Age and sex are allowed for, diagnosis and kind of admission are not.
  - There are no rows by sex or age band, because each would be 100 by definition too.
  - Hospitals that do not deliver data to the council are not seen.
since: "2024-04-01"
grain: one row per financial year, total, ward or provider, and stratum
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator, stratum]
  - unique: [period_from, breakdown_type, breakdown, stratum]
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
        discharges.provider_id,
        citizens.area_code,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, discharges.discharge_date)) as age_band,
        case when discharges.readmission_days <= 29 then discharges.readmission_event_id end
            as met_event_id
    from discharges
    inner join citizens on discharges.citizen_id = citizens.citizen_id
),

-- People of unknown sex or age are compared with each other: nobody is lost.
members as (
    select
        event_id as member_id,
        citizen_id,
        index_date,
        financial_year_start(index_date) as period_from,
        financial_year_end(index_date) as period_to,
        area_code,
        provider_id,
        sex_code,
        age_band,
        event_id,
        met_event_id,
        met_event_id is not null as is_met,
        coalesce(sex_code, 'U') || ' ' || coalesce(age_band, 'unknown') as stratum
    from cohort
),

broken_down as (
    select
        members.period_from,
        members.period_to,
        members.member_id,
        members.is_met,
        members.stratum,
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
    where breakdown_types.breakdown_type in ('total', 'area', 'provider')
),

counted as (
    select
        period_from,
        period_to,
        breakdown_type,
        breakdown,
        stratum,
        count(*) filter (where is_met) as numerator,
        count(*) as denominator
    from broken_down
    where breakdown is not null
    group by period_from, period_to, breakdown_type, breakdown, stratum
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
    stratum::varchar as stratum
from counted
