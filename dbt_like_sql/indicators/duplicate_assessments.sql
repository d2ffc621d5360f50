/*
title: Assessments that repeat another provider's
theme: between_services
description: >-
  Share of assessments of a need that another provider had assessed within four weeks before.
question: Do several providers assess the same need of the same person?
definition: >-
  Assessments made 0 to 28 days after another provider assessed the same need of the same citizen,
  out of all assessments of needs that several providers assess (needs.yaml).
cohort: Assessments; one per need, citizen, provider and day.
index_date: Day of the assessment.
window_days: 0
unit: events
statistic: proportion
multiplier: 100
polarity: lower_is_better
period: quarter
standard:
  framework: Local measure; needs and windows stand in needs.yaml
  id: duplicate_assessments
services:
  - adult_social_care
  - community_health
target:
  value: 5
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
role: duplicated
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - An assessment before the first data is not seen, so the first quarter's figure is too low.
  - Two providers may each have good reason to assess; that one could have stood in is a judgement.
since: "2024-04-01"
grain: one row per quarter and total, ward, provider of the assessment, sex, age band or need
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
assessments as (select * from journeys.fct_need_assessment),
citizens as (select * from core.dim_citizen),
common_types as (select * from core.dim_breakdown_type),

breakdown_types as (
    select breakdown_type from common_types
    union all
    select breakdown_type from (values ('need')) as own (breakdown_type)
),

members as (
    select
        assessments.need_code || ' ' || assessments.event_id as member_id,
        assessments.citizen_id,
        assessments.assessed_date as index_date,
        quarter_start(assessments.assessed_date) as period_from,
        quarter_end(assessments.assessed_date) as period_to,
        assessments.area_code,
        assessments.provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, assessments.assessed_date)) as age_band,
        assessments.need_code,
        assessments.event_id,
        assessments.repeats_event_id as met_event_id,
        assessments.repeats_event_id is not null as is_met
    from assessments
    inner join citizens on assessments.citizen_id = citizens.citizen_id
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
            case breakdown_types.breakdown_type when 'need' then members.need_code end
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
