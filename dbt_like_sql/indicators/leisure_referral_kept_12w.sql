/*
title: People referred to leisure who are still active 12 weeks on
theme: physical_activity
description: >-
  Share of community health referrals to leisure followed by a visit in each of weeks 9 to 12.
question: Do people referred to be more active still come, three months later?
definition: >-
  Referrals followed by a leisure visit in each of the weeks of days 56 to 62, 63 to 69, 70 to 76
  and 77 to 83 after the referral, out of all referrals from community health to leisure.
cohort: Onward referrals from community health to leisure; one per citizen and day.
index_date: Day of the onward referral.
window_days: 83
unit: events
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: quarter
standard:
  framework: Local measure, in the spirit of the Active Lives activity bands
  id: leisure_referral_kept_12w
services: [community_health, leisure]
target:
  value: 40
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - Activity outside the leisure centres is not seen.
since: "2024-04-01"
grain: one row per period and total, ward, provider of the receiving service, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
referrals as (select * from journeys.fct_onward_referral),
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
contracts as (select * from reference.service_contract),
breakdown_types as (select * from core.dim_breakdown_type),

referred as (
    select
        citizen_id,
        referred_date as index_date,
        min(event_id) as event_id
    from referrals
    where from_service_code = 'community_health' and to_service_code = 'leisure'
    group by citizen_id, referred_date
),

visits as (
    select
        referred.event_id,
        events.event_id as visit_event_id,
        date_diff('day', referred.index_date, events.event_from_date) as visit_days
    from referred
    inner join events on referred.citizen_id = events.citizen_id
    where events.service_code = 'leisure' and events.event_code = 'visit'
),

-- A visit in each of four weeks of seven days; one of the last week completes them.
kept as (
    select
        event_id,
        min(visit_event_id) filter (where visit_days >= 77) as met_event_id
    from visits
    where visit_days between 56 and 83
    group by event_id
    having count(distinct floor(visit_days / 7)) = 4
),

cohort as (
    select
        referred.citizen_id,
        referred.index_date,
        referred.event_id,
        kept.met_event_id
    from referred
    left join kept on referred.event_id = kept.event_id
),

members as (
    select
        cohort.citizen_id || ' ' || cohort.index_date::varchar as member_id,
        cohort.citizen_id,
        cohort.index_date,
        quarter_start(cohort.index_date) as period_from,
        quarter_end(cohort.index_date) as period_to,
        citizens.area_code,
        contracts.provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, cohort.index_date)) as age_band,
        cohort.event_id,
        cohort.met_event_id,
        cohort.met_event_id is not null as is_met
    from cohort
    inner join citizens on cohort.citizen_id = citizens.citizen_id
    left join contracts
        on
            contracts.service_code = 'leisure'
            and cohort.index_date between contracts.from_date and contracts.to_date
            and covers_area(contracts.area_codes, citizens.area_code)
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
