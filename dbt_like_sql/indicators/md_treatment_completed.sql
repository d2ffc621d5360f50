/*
title: Homeless people whose drug or alcohol treatment ends as completed
theme: multiple_disadvantage
description: >-
  Share of substance misuse treatments that end as completed, of people owed a homelessness duty in
  the year before they began.
question: Do people who were homeless finish drug or alcohol treatment?
definition: >-
  Treatments that ended as completed, out of all that ended otherwise than by a transfer, of
  citizens with a homelessness duty that started 0 to 365 days before the treatment did.
cohort: >-
  Substance misuse treatments that ended, other than by a transfer to another provider, of citizens
  owed a homelessness duty in the year before the treatment began.
index_date: Last day of the treatment.
window_days: 0
unit: events
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: financial_year
standard:
  framework: >-
    Local measure, after the Local Outcomes Framework's multiple disadvantage outcome, on National
    Drug Treatment Monitoring System discharges and H-CLIC duties
  id: md_treatment_completed
services: [substance_misuse, homelessness]
outcome_spend: [substance_misuse]
target:
  value: 55
  name: Ashmere council plan 2024 to 2028
  source: Made-up target of a fictional borough; neither measured nor national
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - Duties before April 2024 are not seen, so fewer of the first year's treatments count.
  - Homelessness that is owed a duty by another council is not seen.
  - A treatment carried over from one provider to the next counts where it ends.
since: "2024-04-01"
grain: one row per financial year and total, ward, provider, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator between 0 and denominator
*/
with
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
breakdown_types as (select * from core.dim_breakdown_type),

treatments as (
    select *
    from events
    where
        service_code = 'substance_misuse'
        and event_code = 'treatment'
        and event_to_date is not null
        and outcome_code is distinct from 'transferred'
),

duties as (
    select
        citizen_id,
        event_from_date as duty_date
    from events
    where service_code = 'homelessness' and event_code = 'duty'
),

cohort as (
    select distinct
        treatments.event_id,
        treatments.citizen_id,
        treatments.provider_id,
        treatments.event_to_date as index_date,
        case when treatments.outcome_code = 'completed' then treatments.event_id end
            as met_event_id
    from treatments
    inner join duties
        on
            treatments.citizen_id = duties.citizen_id
            and date_diff('day', duties.duty_date, treatments.event_from_date) between 0 and 365
),

members as (
    select
        cohort.event_id as member_id,
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
