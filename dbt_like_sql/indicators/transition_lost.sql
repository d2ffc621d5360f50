/*
title: People lost in transition when a service changes hands
theme: between_services
description: >-
  Share of people in the middle of a service when it passed to another provider whom no new
  provider had seen when the time for it was over.
question: When a service changes hands, does the new provider take over everybody who is in it?
definition: >-
  People with the service in force at the old provider on its last day whom no other provider of
  the service had seen within its hand-over days (services.yaml; 28 unless said), out of all such
  people seen in time or lost. People who died or moved away by then, or whose service had ended,
  are in neither count, nor are those on whom somebody has not reported.
cohort: >-
  Citizens with the service in force at the old provider on its last day; one per change of provider
  and citizen.
index_date: First day after the old provider's last on which the new one is under contract.
window_days: 28
unit: people
statistic: proportion
multiplier: 100
polarity: lower_is_better
period: financial_year
standard:
  framework: Local measure; the days allowed are those of the contract's hand-over clause
  id: transition_lost
services:
  - substance_misuse
  - adult_social_care
  - housing_tenancy
  - homelessness
  - leisure
  - youth_eet
  - children_looked_after
  - community_health
  - acute_hospital
followed:
  - substance_misuse
  - adult_social_care
  - housing_tenancy
  - homelessness
  - leisure
  - youth_eet
  - children_looked_after
  - community_health
  - acute_hospital
target:
  value: 5
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
role: lost_in_transition
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - >-
    Somebody whose record at the new provider could not be linked to the one at the old counts as
    lost.
  - People who wait for the service when it changes hands are not counted; hand-offs count them.
  - People who left the borough without anybody telling of it count as lost.
  - A period without a change of provider has no figure.
since: "2024-04-01"
grain: one row per financial year and total, ward, new provider, sex, age band or service
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
transitions as (select * from journeys.fct_transition),
citizens as (select * from core.dim_citizen),
common_types as (select * from core.dim_breakdown_type),

breakdown_types as (
    select breakdown_type from common_types
    union all
    select breakdown_type from (values ('service')) as own (breakdown_type)
),

members as (
    select
        transitions.transition_id as member_id,
        transitions.citizen_id,
        transitions.changed_date as index_date,
        financial_year_start(transitions.changed_date) as period_from,
        financial_year_end(transitions.changed_date) as period_to,
        transitions.area_code,
        transitions.to_provider_id as provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, transitions.changed_date)) as age_band,
        transitions.service_code,
        transitions.event_id,
        null::varchar as met_event_id,
        transitions.state_code = 'lost' as is_met
    from transitions
    inner join citizens on transitions.citizen_id = citizens.citizen_id
    where transitions.state_code in ('carried_over', 'lost')
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
