/*
title: Needs met, ward by ward over a year
theme: between_services
description: >-
  Share of needs seen by a provider in a year that the service meant to meet them met in time.
question: Is there a ward that a service does not reach although its need is seen?
definition: >-
  Needs met by the service meant to meet them within the days needs.yaml gives each, out of all
  needs that another provider saw.
cohort: Needs as needs.yaml lists their signs; one per need, citizen and window.
index_date: Day the need was first seen.
window_days: 84
unit: events
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: financial_year
standard:
  framework: Local measure; needs and windows stand in needs.yaml
  id: need_met_year
services:
  - homelessness
  - community_health
  - acute_hospital
  - substance_misuse
  - leisure
  - adult_social_care
followed: [substance_misuse, leisure, adult_social_care]
target:
  value: 60
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
role: needs_met_by_area
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - A need no provider has recorded is not seen, so an area nobody asks about looks well served.
  - Contact for another reason within the window counts as met.
  - >-
    Needs have windows of their own and are met to different shares; compare one need with itself.
since: "2024-04-01"
grain: >-
  one row per year and total, ward, provider of the service, sex, age band, need, or need in a ward
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
seen as (select * from journeys.fct_need),
citizens as (select * from core.dim_citizen),
common_types as (select * from core.dim_breakdown_type),

breakdown_types as (
    select breakdown_type from common_types
    union all
    select breakdown_type from (values ('need'), ('need_area')) as own (breakdown_type)
),

-- Where the service has not reported on the whole window, nobody knows whether it came.
members as (
    select
        seen.need_id as member_id,
        seen.citizen_id,
        seen.seen_date as index_date,
        financial_year_start(seen.seen_date) as period_from,
        financial_year_end(seen.seen_date) as period_to,
        seen.area_code,
        seen.to_provider_id as provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, seen.seen_date)) as age_band,
        seen.need_code,
        seen.need_code || '_in_' || seen.area_code as need_area_code,
        seen.event_id,
        seen.met_event_id,
        seen.is_met
    from seen
    inner join citizens on seen.citizen_id = citizens.citizen_id
    where seen.is_mature
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
            case breakdown_types.breakdown_type
                when 'need' then members.need_code
                when 'need_area' then members.need_area_code
            end
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
