/*
title: Emergency admissions for falls of people aged 65 and over
theme: neighbourhood_health
description: >-
  Emergency hospital admissions for falls of people aged 65 and over per 100,000, standardised for
  age.
question: How many older people are taken to hospital after a fall?
definition: >-
  Emergency admissions for a fall of citizens aged 65 and over on the day of admission, per 100,000
  residents aged 65 and over, directly standardised to the European Standard Population 2013.
cohort: Emergency admissions for a fall in the year at age 65 or over.
index_date: Day of admission.
window_days: 0
unit: events
statistic: dsr
multiplier: 100000
polarity: lower_is_better
period: financial_year
standard: {framework: Fingertips, id: "22401"}
services: [acute_hospital]
target:
  value: 1800
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - Admissions are counted, so somebody admitted twice counts twice; the interval allows for that.
  - Age is taken from the month of birth.
  - Fewer than 10 admissions give no rate.
since: "2024-04-01"
grain: one row per financial year, total, ward, sex or age band, and five-year age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator, stratum, sum_of_squares]
  - unique: [period_from, breakdown_type, breakdown, stratum]
  - expression: numerator >= 0 and denominator >= 0 and sum_of_squares >= numerator
*/
with
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
population as (select * from internal.population_estimate),
breakdown_types as (select * from core.dim_breakdown_type),

falls as (
    select
        events.event_id,
        events.citizen_id,
        events.event_from_date as index_date,
        citizens.area_code,
        citizens.sex_code,
        age_in_years(citizens.birth_month, events.event_from_date) as age_years
    from events
    inner join citizens on events.citizen_id = citizens.citizen_id
    where
        events.service_code = 'acute_hospital'
        and events.event_code = 'spell'
        and events.detail_code = 'emergency_fall'
),

members as (
    select
        event_id as member_id,
        citizen_id,
        index_date,
        financial_year_start(index_date) as period_from,
        financial_year_end(index_date) as period_to,
        area_code,
        null::varchar as provider_id,
        sex_code,
        age_band(age_years) as age_band,
        event_id,
        null::varchar as met_event_id,
        true as is_met,
        standard_age_band(age_years) as stratum
    from falls
    where age_years >= 65
),

broken_down as (
    select
        members.period_from,
        members.member_id,
        members.citizen_id,
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
),

each_person as (
    select
        period_from,
        breakdown_type,
        breakdown,
        stratum,
        citizen_id,
        count(*) as falls
    from broken_down
    group by period_from, breakdown_type, breakdown, stratum, citizen_id
),

fallen as (
    select
        period_from,
        breakdown_type,
        breakdown,
        stratum,
        sum(falls) as numerator,
        sum(falls * falls) as sum_of_squares
    from each_person
    group by period_from, breakdown_type, breakdown, stratum
),

residents as (
    select
        make_date(population.year, 4, 1) as period_from,
        standard_age_band(population.age_from) as stratum,
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
        stratum,
        sum(persons) as denominator
    from residents
    where breakdown is not null
    group by period_from, breakdown_type, breakdown, stratum
),

-- The population comes first, so that a ward in which nobody of an age fell has a rate of 0 there.
counted as (
    select
        at_risk.period_from,
        financial_year_end(at_risk.period_from) as period_to,
        at_risk.breakdown_type,
        at_risk.breakdown,
        at_risk.stratum,
        coalesce(fallen.numerator, 0) as numerator,
        at_risk.denominator,
        coalesce(fallen.sum_of_squares, 0) as sum_of_squares
    from at_risk
    left join fallen
        on
            at_risk.period_from = fallen.period_from
            and at_risk.breakdown_type = fallen.breakdown_type
            and at_risk.breakdown = fallen.breakdown
            and at_risk.stratum = fallen.stratum
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
    stratum::varchar as stratum,
    sum_of_squares::double as sum_of_squares
from counted
