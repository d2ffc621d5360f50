/*
title: Short-term support that no long-term support follows
theme: adult_social_care
description: >-
  Share of short-term support services, of people without long-term support, that no long-term
  support has followed within a week of their end.
question: Do people get by on their own after short-term support?
definition: >-
  Short-term services after which no home care, community support, residential or nursing care is in
  force on any of the 8 days from their last day on, out of all that ended, of citizens who had none
  of these when it began and who were alive when it ended.
cohort: >-
  Ended short-term services of adult social care, of citizens without long-term support on the day
  before they began, who were alive on the day after they ended.
index_date: Last day of the short-term service.
window_days: 7
unit: events
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: financial_year
standard:
  framework: >-
    Adult Social Care Outcomes Framework 2A, as far as the client-level data here allow
  id: 2A
services: [adult_social_care]
target:
  value: 75
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - >-
    The national measure asks what was decided at the end of support meant to maximise independence;
    here every short-term service counts, and what is seen to follow it.
  - People who moved out of the borough count as needing no further support.
  - Deaths that are not known count as needing no further support.
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

services as (
    select *
    from events
    where service_code = 'adult_social_care' and event_code = 'service'
),

long_term as (
    select
        event_id,
        citizen_id,
        event_from_date as from_date,
        coalesce(event_to_date, date '9999-12-31') as to_date
    from services
    where detail_code in ('home_care', 'community_support', 'residential_care', 'nursing_care')
),

short_term as (
    select
        services.event_id,
        services.citizen_id,
        services.provider_id,
        services.event_from_date as from_date,
        services.event_to_date as index_date
    from services
    inner join citizens on services.citizen_id = citizens.citizen_id
    where
        services.detail_code = 'short_term'
        and services.event_to_date is not null
        and (citizens.death_date is null or citizens.death_date > services.event_to_date)
),

around as (
    select
        short_term.event_id,
        count(*) filter (
            where long_term.from_date < short_term.from_date
            and long_term.to_date >= short_term.from_date - 1
        ) as held_before,
        count(*) filter (
            where long_term.from_date <= short_term.index_date + 7
            and long_term.to_date >= short_term.index_date
        ) as held_after
    from short_term
    inner join long_term on short_term.citizen_id = long_term.citizen_id
    group by short_term.event_id
),

cohort as (
    select
        short_term.event_id,
        short_term.citizen_id,
        short_term.provider_id,
        short_term.index_date,
        coalesce(around.held_after, 0) = 0 as is_met
    from short_term
    left join around on short_term.event_id = around.event_id
    where coalesce(around.held_before, 0) = 0
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
        null::varchar as met_event_id,
        cohort.is_met
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
