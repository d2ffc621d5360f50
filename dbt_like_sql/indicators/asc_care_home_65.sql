/*
title: People aged 65 and over who move into a care home
description: >-
  Citizens aged 65 and over who enter residential or nursing care for the first time, per 100,000.
question: How many older people move into a care home each year?
definition: >-
  Citizens aged 65 and over at the start of their first residential or nursing care service,
  starting in the year, per 100,000 residents aged 65 and over in the estimates of the year in
  which the period starts.
cohort: >-
  Citizens whose first residential or nursing care service starts in the year at age 65 or over.
index_date: First day of the first residential or nursing care service.
window_days: 0
unit: people
statistic: rate
multiplier: 100000
polarity: lower_is_better
period: financial_year
standard: Adult Social Care Outcomes Framework 2C
services: [adult_social_care]
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - Age is taken from the month of birth.
  - A stay that ended before the first delivery of data is not known, so early years may count
    people returning to care.
since: "2024-04-01"
grain: one row per financial year and total, ward or sex
owner: commissioning@ashmere.example
tests:
  - not_null: [period_from, period_to, area_code, provider_id, breakdown_type, breakdown]
  - not_null: [numerator, denominator]
  - unique: [period_from, breakdown_type, breakdown]
  - expression: numerator >= 0 and denominator > 0
*/
with
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
reporting as (select * from core.dim_service_reporting),
population as (select * from internal.population_estimate),

first_stays as (
    select
        citizen_id,
        min(event_from_date) as index_date
    from events
    where
        service_code = 'adult_social_care'
        and event_code = 'service'
        and detail_code in ('residential_care', 'nursing_care')
    group by citizen_id
),

admissions as (
    select
        first_stays.citizen_id,
        financial_year_start(first_stays.index_date) as period_from,
        citizens.area_code,
        citizens.sex_code
    from first_stays
    inner join citizens on first_stays.citizen_id = citizens.citizen_id
    where age_in_years(citizens.birth_month, first_stays.index_date) >= 65
),

residents as (
    select
        make_date(year, 4, 1) as period_from,
        area_code,
        sex_code,
        persons
    from population
    where age_from >= 65
),

-- The population comes first, so that an area nobody was admitted from has a rate of 0.
at_risk as (
    select
        period_from,
        area_code,
        sex_code,
        grouping(area_code) = 0 as is_area,
        grouping(sex_code) = 0 as is_sex,
        sum(persons) as denominator
    from residents
    group by grouping sets (
        (period_from),
        (period_from, area_code),
        (period_from, sex_code)
    )
),

measured as (
    select
        at_risk.period_from,
        financial_year_end(at_risk.period_from) as period_to,
        at_risk.area_code,
        at_risk.sex_code,
        at_risk.is_area,
        at_risk.is_sex,
        count(distinct admissions.citizen_id) as numerator,
        at_risk.denominator
    from at_risk
    left join admissions
        on
            at_risk.period_from = admissions.period_from
            and (not at_risk.is_area or at_risk.area_code = admissions.area_code)
            and (not at_risk.is_sex or at_risk.sex_code = admissions.sex_code)
    group by
        at_risk.period_from,
        at_risk.area_code,
        at_risk.sex_code,
        at_risk.is_area,
        at_risk.is_sex,
        at_risk.denominator
),

mature as (
    select *
    from measured
    where exists (
        select 1
        from reporting
        where
            reporting.service_code = 'adult_social_care'
            and reporting.reported_from <= measured.period_from
            and reporting.reported_to >= measured.period_to
    )
),

labelled as (
    select
        period_from,
        period_to,
        case when is_area then area_code else borough_code() end as area_code,
        'all' as provider_id,
        case when is_area then 'area' when is_sex then 'sex' else 'total' end as breakdown_type,
        case when is_area then area_code when is_sex then sex_code else 'all' end as breakdown,
        numerator,
        denominator
    from mature
)

select
    period_from::date as period_from,
    period_to::date as period_to,
    area_code::varchar as area_code,
    provider_id::varchar as provider_id,
    breakdown_type::varchar as breakdown_type,
    breakdown::varchar as breakdown,
    numerator::bigint as numerator,
    denominator::bigint as denominator
from labelled
where breakdown is not null
