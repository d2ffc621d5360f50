/*
title: People who found a service good
theme: all_services
description: >-
  Share of people invited to say how they found a service who found it good or very good.
question: How do people find the services they are given?
definition: >-
  Answers that call the experience of the service good or very good, out of all answers to the
  question, weighted to everybody invited.
cohort: >-
  People of 16 and over invited to say how they found a service, who answered the question; one per
  invitation.
index_date: Day of the invitation.
window_days: 0
unit: people
statistic: weighted_proportion
multiplier: 100
polarity: higher_is_better
period: quarter
standard: {framework: Local measure, id: voice_good_experience}
services: [citizen_voice]
target:
  value: 70
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - >-
    Weighted for who answers by service, age and sex; people who answer may differ from those who do
    not in other ways.
  - >-
    The figure stands for those invited. A service is invited for the number it samples, not for the
    number it serves, so the figure of all services is a mixture of theirs.
  - Whom several providers of a service served is asked about the last of them.
  - People who opted out and records that could not be linked are in neither count.
since: "2024-04-01"
grain: >-
  one row per quarter, response cell and total, ward, provider and service asked about, sex or age
  band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator, stratum, stratum_population]
  - unique: [period_from, breakdown_type, breakdown, stratum]
  - expression: numerator between 0 and denominator
  - expression: denominator <= stratum_population
*/
with
answers as (select * from journeys.fct_survey_answer),
citizens as (select * from core.dim_citizen),
common_types as (select * from core.dim_breakdown_type),

breakdown_types as (
    select breakdown_type from common_types
    union all
    select breakdown_type from (values ('service')) as own (breakdown_type)
),

cohort as (
    select *
    from answers
    where question_code = 'experience' and is_yes is not null
),

members as (
    select
        cohort.event_id as member_id,
        cohort.citizen_id,
        cohort.invited_date as index_date,
        quarter_start(cohort.invited_date) as period_from,
        quarter_end(cohort.invited_date) as period_to,
        citizens.area_code,
        cohort.asked_provider_id as provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, cohort.invited_date)) as age_band,
        cohort.event_id,
        case when cohort.is_yes then cohort.event_id end as met_event_id,
        cohort.is_yes as is_met,
        cohort.stratum,
        cohort.asked_service_code as service_code
    from cohort
    inner join citizens on cohort.citizen_id = citizens.citizen_id
),

-- Everybody of a cell has the same weight: those invited, for each who answered.
cells as (
    select distinct
        quarter_start(invited_date) as period_from,
        stratum,
        1e0 * invited_count / answered_count as weight
    from cohort
),

broken_down as (
    select
        members.period_from,
        members.period_to,
        members.is_met,
        members.stratum,
        breakdown_types.breakdown_type,
        coalesce(
            breakdown_of(
                breakdown_types.breakdown_type,
                members.area_code,
                members.provider_id,
                members.sex_code,
                members.age_band
            ),
            case breakdown_types.breakdown_type when 'service' then members.service_code end
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
        stratum,
        count(*) filter (where is_met) as numerator,
        count(*) as denominator
    from broken_down
    where breakdown is not null
    group by period_from, period_to, breakdown_type, breakdown, stratum
),

weighted as (
    select
        counted.*,
        round(counted.denominator * cells.weight) as stratum_population
    from counted
    inner join cells
        on
            counted.period_from = cells.period_from
            and counted.stratum = cells.stratum
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
    stratum_population::bigint as stratum_population
from weighted
