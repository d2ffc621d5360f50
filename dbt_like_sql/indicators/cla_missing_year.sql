/*
title: Children looked after who go missing in a year
theme: children_social_care
description: >-
  Share of children looked after at any time in the financial year who went missing from their
  placement in it.
question: How many children in care go missing?
definition: >-
  Children looked after with an episode of going missing that started in the year, out of all
  children looked after on any day of it. Being away without authorisation is not going missing.
cohort: Citizens with a placement in force on any day of the financial year.
index_date: First day of the year, or of the first placement in it.
window_days: 0
unit: people
statistic: proportion
multiplier: 100
polarity: lower_is_better
period: financial_year
standard:
  framework: >-
    Department for Education, children looked after in England (SSDA903 missing episodes)
  id: cla_missing
services: [children_looked_after]
target:
  value: 10
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - A child who goes missing often counts once.
  - Placements without an end in the returns count as in force.
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

care as (
    select *
    from events
    where service_code = 'children_looked_after'
),

placements as (
    select
        event_id,
        citizen_id,
        provider_id,
        event_from_date as from_date,
        coalesce(event_to_date, date '9999-12-31') as to_date
    from care
    where event_code = 'placement'
),

-- Every year in which a placement begins.
years as (
    select distinct
        financial_year_start(from_date) as period_from,
        financial_year_end(from_date) as period_to
    from placements
),

looked_after as (
    select
        years.period_from,
        years.period_to,
        placements.citizen_id,
        placements.provider_id,
        min(placements.from_date) as from_date,
        min(placements.event_id) as event_id
    from years
    inner join placements
        on
            years.period_to >= placements.from_date
            and years.period_from <= placements.to_date
    group by
        years.period_from, years.period_to, placements.citizen_id, placements.provider_id
),

-- Whoever has had two providers in a year began with the first of them.
cohort as (
    select
        *,
        greatest(
            period_from, min(from_date) over (partition by period_from, citizen_id)
        ) as index_date
    from looked_after
),

missing as (
    select
        citizen_id,
        financial_year_start(event_from_date) as period_from,
        min(event_id) as met_event_id
    from care
    where event_code = 'missing_episode' and detail_code = 'missing'
    group by citizen_id, financial_year_start(event_from_date)
),

members as (
    select
        cohort.citizen_id as member_id,
        cohort.citizen_id,
        cohort.index_date,
        cohort.period_from,
        cohort.period_to,
        citizens.area_code,
        cohort.provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, cohort.index_date)) as age_band,
        cohort.event_id,
        missing.met_event_id,
        missing.met_event_id is not null as is_met
    from cohort
    inner join citizens on cohort.citizen_id = citizens.citizen_id
    left join missing
        on
            cohort.citizen_id = missing.citizen_id
            and cohort.period_from = missing.period_from
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
