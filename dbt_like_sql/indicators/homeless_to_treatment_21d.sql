/*
title: Homeless people referred to substance misuse treatment who start within 21 days
theme: multiple_disadvantage
description: >-
  Share of referrals from homelessness duties to treatment that led to a start within 21 days.
question: When a homeless person is referred for drug or alcohol treatment, do they get it in time?
definition: >-
  Referrals with a substance misuse treatment of the same citizen starting 0 to 21 days after the
  referral, out of all referrals from homelessness duties to substance misuse treatment.
cohort: Homelessness duties with a referral to substance misuse treatment; one per citizen and day.
index_date: Day of the referral.
window_days: 21
unit: events
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: quarter
standard:
  framework: Local measure; 21 days as in the treatment waiting times standard
  id: homeless_to_treatment_21d
services: [homelessness, substance_misuse]
target:
  value: 60
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - The substance misuse contract changed hands on 1 October 2025; a referral counts for the
    provider under contract on its day.
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
citizens as (select * from core.dim_citizen),
contracts as (select * from reference.service_contract),
breakdown_types as (select * from core.dim_breakdown_type),

cohort as (
    select
        citizen_id,
        referred_date as index_date,
        min(event_id) as event_id,
        min(picked_up_event_id) filter (where pickup_days <= 21) as met_event_id
    from referrals
    where
        from_service_code = 'homelessness'
        and from_event_code = 'duty'
        and to_service_code = 'substance_misuse'
    group by citizen_id, referred_date
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
            contracts.service_code = 'substance_misuse'
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
