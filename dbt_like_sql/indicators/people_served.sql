/*
title: People served by the council's services
theme: all_services
description: Citizens with an event of any service open in the quarter, each counted once.
question: How many people do the services reach?
definition: >-
  Citizens with an event of any service in force on any day of the quarter. Memberships, which have
  no end, and surveys are left out: a visit counts.
cohort: Citizens with an event open in the quarter.
index_date: First day of the quarter, or of the first event in it.
window_days: 0
unit: people
statistic: count
multiplier: 1
polarity: neutral
period: quarter
standard: {framework: Local measure, id: people_served}
services:
  - adult_social_care
  - housing_tenancy
  - homelessness
  - leisure
  - youth_eet
  - children_looked_after
  - community_health
  - substance_misuse
  - acute_hospital
no_benchmark: More people served is neither better nor worse.
role: served
caveats:
  - People who opted out and records that could not be linked are not counted.
  - >-
    Somebody served by several services counts once in each and once in the total, so services and
    providers do not add up to it.
  - >-
    An event nobody has closed counts as open, so figures of services that close their cases late
    are too high.
  - >-
    People are counted by service, never by outcome theme, as a service may stand under several.
since: "2024-04-01"
grain: one row per quarter and total, ward, provider, service, sex or age band
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator > 0
*/
with
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
contracts as (select * from reference.service_contract),
common_types as (select * from core.dim_breakdown_type),

breakdown_types as (
    select breakdown_type from common_types
    union all
    select breakdown_type from (values ('service')) as own (breakdown_type)
),

last_days as (
    select
        service_code,
        provider_id,
        max(to_date) as last_day
    from contracts
    group by service_code, provider_id
),

-- Who has lost the service serves nobody any more, whatever was left open.
held as (
    select
        events.event_id,
        events.citizen_id,
        events.service_code,
        events.provider_id,
        events.event_from_date as from_date,
        coalesce(
            events.event_to_date,
            case
                when last_days.last_day < events.event_from_date then events.event_from_date
                else last_days.last_day
            end,
            date '9999-12-31'
        ) as to_date
    from events
    left join last_days
        on
            events.service_code = last_days.service_code
            and events.provider_id = last_days.provider_id
    where events.event_code not in ('membership', 'survey')
),

-- Every quarter in which anything begins.
quarters as (
    select distinct
        quarter_start(from_date) as period_from,
        quarter_end(from_date) as period_to
    from held
),

served as (
    select
        quarters.period_from,
        quarters.period_to,
        held.citizen_id,
        held.service_code,
        held.provider_id,
        min(held.from_date) as from_date,
        min(held.event_id) as event_id
    from quarters
    inner join held
        on
            quarters.period_to >= held.from_date
            and quarters.period_from <= held.to_date
    group by
        quarters.period_from,
        quarters.period_to,
        held.citizen_id,
        held.service_code,
        held.provider_id
),

-- One day a person and quarter, so that nobody counts in two age bands.
cohort as (
    select
        *,
        greatest(
            period_from, min(from_date) over (partition by period_from, citizen_id)
        ) as index_date
    from served
),

members as (
    select
        cohort.citizen_id || ' ' || cohort.period_from::varchar as member_id,
        cohort.citizen_id,
        cohort.index_date,
        cohort.period_from,
        cohort.period_to,
        citizens.area_code,
        cohort.provider_id,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, cohort.index_date)) as age_band,
        cohort.event_id,
        cohort.event_id as met_event_id,
        true as is_met,
        cohort.service_code
    from cohort
    inner join citizens on cohort.citizen_id = citizens.citizen_id
),

broken_down as (
    select
        members.period_from,
        members.period_to,
        members.member_id,
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
        count(distinct member_id) as numerator
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
    numerator::bigint as denominator
from counted
