/*
title: Care leavers who are owed a homelessness duty within six months
theme: children_social_care
description: >-
  Share of young people leaving care for adulthood who are owed a homelessness duty within 182
  days.
question: How many young people become homeless soon after they leave care?
definition: >-
  Care leavers with a homelessness duty starting 0 to 182 days after leaving, out of all who left
  care for adulthood.
cohort: Looked-after placements that ended in adulthood; one per citizen and day.
index_date: Last day of the placement.
window_days: 182
unit: events
statistic: proportion
multiplier: 100
polarity: lower_is_better
period: financial_year
standard:
  framework: Local measure, on SSDA903 care leavers and H-CLIC duties
  id: care_leaver_homeless_6m
services: [children_looked_after, homelessness]
target:
  value: 12
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - Homelessness that is owed a duty by another council is not seen.
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
leavers as (select * from journeys.fct_care_leaver),
citizens as (select * from core.dim_citizen),
contracts as (select * from reference.service_contract),
breakdown_types as (select * from core.dim_breakdown_type),

cohort as (
    select
        citizen_id,
        left_care_date as index_date,
        event_id,
        case when homeless_duty_days <= 182 then homeless_duty_event_id end
            as met_event_id
    from leavers
),

members as (
    select
        cohort.citizen_id || ' ' || cohort.index_date::varchar as member_id,
        cohort.citizen_id,
        cohort.index_date,
        financial_year_start(cohort.index_date) as period_from,
        financial_year_end(cohort.index_date) as period_to,
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
            contracts.service_code = 'homelessness'
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
