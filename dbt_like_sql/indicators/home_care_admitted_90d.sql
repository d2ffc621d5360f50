/*
title: Emergency admissions within 90 days of home care beginning
theme: neighbourhood_health
description: >-
  Starts of home care followed by an emergency admission within 90 days, against the number expected
  at the borough's rates for people of the same age and sex.
question: Which home care keeps people out of hospital, allowing for how old its clients are?
definition: >-
  Starts of home care followed by an emergency admission of the same citizen to any hospital 1 to 90
  days later, over the number expected if the borough's share in the same year held for each sex and
  age band, times 100.
cohort: Packages of home care that began in the year.
index_date: First day of the package.
window_days: 90
unit: events
statistic: isr
multiplier: 100
polarity: lower_is_better
period: financial_year
standard: {framework: Local measure, id: home_care_admitted_90d}
services: [adult_social_care, acute_hospital]
no_benchmark: The borough as a whole is 100 by definition, so that there is nothing to reach.
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - The borough as a whole is 100 by definition; wards, providers and agencies are compared with it.
  - >-
    Age and sex are allowed for, how ill people are is not. An agency far from the others is a
    reason to ask, and no proof of bad or good care.
  - Packages that name no agency count in every row but those of agencies.
  - There are no rows by sex or age band, because each would be 100 by definition too.
  - Hospitals that do not deliver data to the council are not seen.
since: "2024-04-01"
grain: one row per financial year, total, ward, provider or agency, and stratum
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator, stratum]
  - unique: [period_from, breakdown_type, breakdown, stratum]
  - expression: numerator between 0 and denominator
*/
with
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
common_types as (select * from core.dim_breakdown_type),

breakdown_types as (
    select breakdown_type
    from common_types
    where breakdown_type in ('total', 'area', 'provider')
    union all
    select breakdown_type from (values ('unit')) as own (breakdown_type)
),

starts as (
    select
        event_id,
        citizen_id,
        event_from_date as index_date,
        provider_id,
        unit_code
    from events
    where
        service_code = 'adult_social_care'
        and event_code = 'service'
        and detail_code = 'home_care'
),

admissions as (
    select
        starts.event_id,
        spells.event_id as met_event_id,
        row_number() over (
            partition by starts.event_id order by spells.event_from_date, spells.event_id
        ) as place
    from starts
    inner join events as spells
        on
            starts.citizen_id = spells.citizen_id
            and spells.event_from_date between starts.index_date + 1 and starts.index_date + 90
    where
        spells.service_code = 'acute_hospital'
        and spells.event_code = 'spell'
        and spells.detail_code in ('emergency', 'emergency_fall')
),

cohort as (
    select
        starts.*,
        admissions.met_event_id,
        citizens.area_code,
        citizens.sex_code,
        age_band(age_in_years(citizens.birth_month, starts.index_date)) as age_band
    from starts
    inner join citizens on starts.citizen_id = citizens.citizen_id
    left join admissions on starts.event_id = admissions.event_id and admissions.place = 1
),

-- People of unknown sex or age are compared with each other: nobody is lost.
members as (
    select
        event_id as member_id,
        citizen_id,
        index_date,
        financial_year_start(index_date) as period_from,
        financial_year_end(index_date) as period_to,
        area_code,
        provider_id,
        unit_code,
        sex_code,
        age_band,
        event_id,
        met_event_id,
        met_event_id is not null as is_met,
        coalesce(sex_code, 'U') || ' ' || coalesce(age_band, 'unknown') as stratum
    from cohort
),

broken_down as (
    select
        members.period_from,
        members.period_to,
        members.is_met,
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
            case breakdown_types.breakdown_type when 'unit' then members.unit_code end
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
        count(*) filter (where is_met) as numerator,
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
