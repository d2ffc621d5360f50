/*
title: People who complete treatment and still have a tenancy six months on
theme: multiple_disadvantage
description: >-
  Share of people completing substance misuse treatment with a tenancy who have one 182 days
  later.
question: Do people who finish drug or alcohol treatment keep their home?
definition: >-
  Completed treatments of citizens with that or another tenancy in force on the 182nd day after
  completion, out of completed treatments of citizens with a tenancy in force on the day of
  completion.
cohort: >-
  Completed substance misuse treatments of citizens with a tenancy in force that day; one per
  citizen and day.
index_date: Day the treatment was completed.
window_days: 182
unit: events
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: financial_year
standard:
  framework: >-
    Local measure, on National Drug Treatment Monitoring System discharges and tenancy records
  id: treatment_tenancy_kept_6m
services: [substance_misuse, housing_tenancy]
outcome_spend: [substance_misuse]
target:
  value: 80
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - Only tenancies of the housing company are seen; private tenancies are not.
since: "2024-04-01"
grain: one row per period and total, ward, provider of the first tenancy, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
completions as (select * from journeys.fct_treatment_completion),
citizens as (select * from core.dim_citizen),
breakdown_types as (select * from core.dim_breakdown_type),

cohort as (
    select
        citizen_id,
        completed_date as index_date,
        event_id,
        tenancy_provider_id as provider_id,
        later_tenancy_event_id as met_event_id
    from completions
    where has_tenancy
),

members as (
    select
        cohort.citizen_id || ' ' || cohort.index_date::varchar as member_id,
        cohort.citizen_id,
        cohort.index_date,
        financial_year_start(cohort.index_date) as period_from,
        financial_year_end(cohort.index_date) as period_to,
        citizens.area_code,
        cohort.provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, cohort.index_date)) as age_band,
        cohort.event_id,
        cohort.met_event_id,
        cohort.met_event_id is not null as is_met
    from cohort
    inner join citizens on cohort.citizen_id = citizens.citizen_id
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
