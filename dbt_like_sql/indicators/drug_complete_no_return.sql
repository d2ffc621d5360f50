/*
title: People in treatment who complete it and do not return within six months
theme: multiple_disadvantage
description: >-
  Share of people in substance misuse treatment who complete it in the year and start no further
  treatment within 182 days.
question: How many people leave drug or alcohol treatment free of it, and stay away?
definition: >-
  Citizens who complete a treatment in the year after which no treatment of any provider starts 1 to
  182 days later, out of all citizens with a treatment in force on any day of the year.
cohort: Citizens with a substance misuse treatment in force on any day of the year.
index_date: First day of the year on which a treatment is in force.
window_days: 182
unit: people
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: financial_year
standard: {framework: Public Health Outcomes Framework, id: C19}
services: [substance_misuse]
outcome_spend: [substance_misuse]
target:
  value: 25
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die or move away after completing count as not having returned.
  - Treatment outside the borough is not seen.
  - Somebody treated by several providers in a year counts for the one whose treatment began last.
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
completions as (select * from journeys.fct_treatment_completion),
citizens as (select * from core.dim_citizen),
breakdown_types as (select * from core.dim_breakdown_type),

treatments as (
    select
        event_id,
        citizen_id,
        provider_id,
        event_from_date as from_date,
        coalesce(event_to_date, date '9999-12-31') as to_date
    from events
    where service_code = 'substance_misuse' and event_code = 'treatment'
),

-- Every year in which anybody starts a treatment.
years as (
    select distinct
        financial_year_start(from_date) as period_from,
        financial_year_end(from_date) as period_to
    from treatments
),

in_force as (
    select
        years.period_from,
        years.period_to,
        treatments.citizen_id,
        treatments.event_id,
        treatments.provider_id,
        greatest(years.period_from, treatments.from_date) as index_date,
        row_number() over (
            partition by years.period_from, treatments.citizen_id
            order by treatments.from_date, treatments.event_id
        ) as place,
        row_number() over (
            partition by years.period_from, treatments.citizen_id
            order by treatments.from_date desc, treatments.event_id desc
        ) as place_from_last
    from years
    inner join treatments
        on
            years.period_to >= treatments.from_date
            and years.period_from <= treatments.to_date
),

kept as (
    select
        citizen_id,
        financial_year_start(completed_date) as period_from,
        min(event_id) as met_event_id
    from completions
    where return_days is null or return_days > 182
    group by citizen_id, financial_year_start(completed_date)
),

members as (
    select
        firsts.citizen_id as member_id,
        firsts.citizen_id,
        firsts.index_date,
        firsts.period_from,
        firsts.period_to,
        citizens.area_code,
        lasts.provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, firsts.index_date)) as age_band,
        firsts.event_id,
        kept.met_event_id,
        kept.met_event_id is not null as is_met
    from in_force as firsts
    inner join in_force as lasts
        on
            firsts.citizen_id = lasts.citizen_id
            and firsts.period_from = lasts.period_from
            and lasts.place_from_last = 1
    inner join citizens on firsts.citizen_id = citizens.citizen_id
    left join kept
        on
            firsts.citizen_id = kept.citizen_id
            and firsts.period_from = kept.period_from
    where firsts.place = 1
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
        count(*) filter (where is_met) as numerator,
        count(*) as denominator
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
