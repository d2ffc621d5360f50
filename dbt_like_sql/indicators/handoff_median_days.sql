/*
title: Days until the next service takes people on
theme: between_services
description: >-
  Median number of days from the start of a pathway's clock to the day the next service took the
  citizen on, of those it took on in time.
question: How many days do people wait between one service and the next?
definition: >-
  The middle value of the whole days from the start of the pathway's clock (pathways.yaml) to the
  first event that shows that the receiving service has the citizen, over hand-offs picked up by
  the end of the clock. Whom nobody took on in time is counted in handoff_missed, and not here.
cohort: >-
  Hand-offs of the pathways in pathways.yaml that were picked up within the clock; one per pathway,
  citizen and day on which the clock starts.
index_date: Day on which the clock starts.
window_days: 42
unit: events
statistic: median
multiplier: 1
polarity: lower_is_better
period: quarter
standard:
  framework: Local measure; the clock of each pathway and who sets it stand in pathways.yaml
  id: handoff_median_days
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
  value: 14
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are not counted.
  - Read it beside the share that was missed, because a service that takes on few may do so fast.
  - A pathway's clock is its own, so that pathways are not to be compared with each other.
  - Somebody the next service already had on the first day waits 0 days.
since: "2024-04-01"
grain: >-
  one row per quarter, total, ward, receiving provider, sex, age band, pathway or pair of
  providers, and number of days
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator, stratum]
  - unique: [period_from, breakdown_type, breakdown, stratum]
  - expression: numerator = denominator
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
        hand_offs.picked_up_event_id as met_event_id,
        true as is_met,
        hand_offs.pickup_days::varchar as stratum
    from hand_offs
    inner join citizens on hand_offs.citizen_id = citizens.citizen_id
    where hand_offs.state_code = 'picked_up'
),

broken_down as (
    select
        members.period_from,
        members.period_to,
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
        stratum,
        count(*) as numerator,
        count(*) as denominator
    from broken_down
    where breakdown is not null
    group by period_from, period_to, breakdown_type, breakdown, stratum
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
    stratum::varchar as stratum
from counted
