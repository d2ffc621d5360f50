/*
title: People aged 65 and over who move into a care home
theme: adult_social_care
description: >-
  Citizens aged 65 and over who enter residential or nursing care for the first time, per 100,000.
question: How many older people move into a care home each year?
definition: >-
  Citizens aged 65 and over at the start of their first residential or nursing care service,
  starting in the year, per 100,000 residents aged 65 and over in the estimates of the year in
  which the period starts.
cohort: >-
  Citizens whose first residential or nursing care service starts in the year at age 65 or over.
index_date: First day of the first residential or nursing care service.
window_days: 0
unit: people
statistic: rate
multiplier: 100000
polarity: lower_is_better
period: financial_year
standard: {framework: Adult Social Care Outcomes Framework, id: 2C}
services: [adult_social_care]
target:
  value: 4500
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - Age is taken from the month of birth.
  - A stay that ended before the first delivery of data is not known, so early years may count
    people returning to care.
since: "2024-04-01"
grain: one row per financial year and total, ward, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator >= 0 and denominator >= 0
*/
with
admissions as (select * from journeys.fct_care_home_admission),
citizens as (select * from core.dim_citizen),
population as (select * from internal.population_estimate),
breakdown_types as (select * from core.dim_breakdown_type),

members as (
    select
        admissions.citizen_id as member_id,
        admissions.citizen_id,
        admissions.admitted_date as index_date,
        financial_year_start(admissions.admitted_date) as period_from,
        financial_year_end(admissions.admitted_date) as period_to,
        citizens.area_code,
        null::varchar as provider_id,
        citizens.sex_code,
        age_band(admissions.age_years) as age_band,
        admissions.event_id,
        null::varchar as met_event_id,
        true as is_met
    from admissions
    inner join citizens on admissions.citizen_id = citizens.citizen_id
    where admissions.age_years >= 65
),

broken_down as (
    select
        members.period_from,
        members.member_id,
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

residents as (
    select
        make_date(population.year, 4, 1) as period_from,
        breakdown_types.breakdown_type,
        breakdown_of(
            breakdown_types.breakdown_type,
            population.area_code,
            null,
            population.sex_code,
            age_band(population.age_from)
        ) as breakdown,
        population.persons
    from population
    cross join breakdown_types
    where population.age_from >= 65
),

at_risk as (
    select
        period_from,
        breakdown_type,
        breakdown,
        sum(persons) as denominator
    from residents
    where breakdown is not null
    group by period_from, breakdown_type, breakdown
),

-- The population comes first, so that an area nobody was admitted from has a rate of 0.
counted as (
    select
        at_risk.period_from,
        financial_year_end(at_risk.period_from) as period_to,
        at_risk.breakdown_type,
        at_risk.breakdown,
        count(broken_down.member_id) as numerator,
        at_risk.denominator
    from at_risk
    left join broken_down
        on
            at_risk.period_from = broken_down.period_from
            and at_risk.breakdown_type = broken_down.breakdown_type
            and at_risk.breakdown = broken_down.breakdown
    group by
        at_risk.period_from, at_risk.breakdown_type, at_risk.breakdown, at_risk.denominator
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
