/*
title: People who answer when they are asked
theme: all_services
description: Share of people invited to say how they found a service who answer.
question: Of those who are asked how they find a service, how many answer?
definition: Invitations that were answered within the quarter, out of all invitations sent in it.
cohort: People of 16 and over invited to say how they found a service; one per invitation.
index_date: Day of the invitation.
window_days: 0
unit: people
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: quarter
standard: {framework: Local measure, id: voice_response_rate}
services: [citizen_voice]
target:
  value: 45
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - >-
    Who answers one question may leave out another; each figure says how many answered the question
    it is about.
  - Invitations that could not be delivered count as not answered.
  - People who opted out and records that could not be linked are in neither count.
since: "2024-04-01"
grain: one row per quarter and total, ward, provider and service asked about, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
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

-- Every invitation stands once under each question.
cohort as (
    select *
    from answers
    where question_code = 'experience'
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
        case when cohort.is_answered then cohort.event_id end as met_event_id,
        cohort.is_answered as is_met,
        cohort.asked_service_code as service_code
    from cohort
    inner join citizens on cohort.citizen_id = citizens.citizen_id
),

broken_down as (
    select
        members.period_from,
        members.period_to,
        members.is_met,
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
