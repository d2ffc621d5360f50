/*
title: Hand-offs between services that nobody picked up in time
theme: between_services
description: >-
  Share of people handed from one service to the next whom the next had not taken on when the
  pathway's clock ran out.
question: When one service hands somebody to another, does the other one take them on in time?
definition: >-
  Hand-offs that nobody had picked up by the end of the pathway's clock (pathways.yaml), out of all
  hand-offs that were picked up in time or missed. Hand-offs of people who died, declined or moved
  away within the clock are in neither count, nor are those on which the receiving service has not
  reported for every day of the clock.
cohort: >-
  Referrals, transfers and people leaving care that name or imply a next service, as pathways.yaml
  lists them; one per pathway, citizen and day on which the clock starts.
index_date: Day on which the clock starts.
window_days: 42
unit: events
statistic: proportion
multiplier: 100
polarity: lower_is_better
period: quarter
standard:
  framework: Local measure; the clock of each pathway and who sets it stand in pathways.yaml
  id: handoff_missed
services:
  - community_health
  - homelessness
  - children_looked_after
  - substance_misuse
  - adult_social_care
  - leisure
  - youth_eet
followed:
  - community_health
  - homelessness
  - children_looked_after
  - substance_misuse
  - adult_social_care
  - leisure
  - youth_eet
target:
  value: 40
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - A pathway's clock is its own, so that pathways are not to be compared with each other.
  - Contact for another reason within the clock counts as picked up.
  - A transfer to a provider from whom the borough gets no data is in neither count.
since: "2024-04-01"
grain: >-
  one row per quarter and total, ward, receiving provider, sex, age band, pathway or pair of
  providers
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
hand_offs as (select * from journeys.fct_hand_off),
citizens as (select * from core.dim_citizen),
common_types as (select * from core.dim_breakdown_type),

breakdown_types as (
    select breakdown_type from common_types
    union all
    select breakdown_type from (values ('pathway'), ('provider_pair')) as own (breakdown_type)
),

members as (
    select
        hand_offs.hand_off_id as member_id,
        hand_offs.citizen_id,
        hand_offs.started_date as index_date,
        quarter_start(hand_offs.started_date) as period_from,
        quarter_end(hand_offs.started_date) as period_to,
        hand_offs.area_code,
        hand_offs.to_provider_id as provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, hand_offs.started_date)) as age_band,
        hand_offs.pathway_code,
        hand_offs.from_provider_id || '_to_' || hand_offs.to_provider_id as provider_pair_code,
        hand_offs.event_id,
        null::varchar as met_event_id,
        hand_offs.state_code = 'missed' as is_met
    from hand_offs
    inner join citizens on hand_offs.citizen_id = citizens.citizen_id
    where hand_offs.state_code in ('picked_up', 'missed')
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
                when 'pathway' then members.pathway_code
                when 'provider_pair' then members.provider_pair_code
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
