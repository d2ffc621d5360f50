/*
title: Care leavers who are owed a homelessness duty within six months
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
standard: Local measure, on SSDA903 care leavers and H-CLIC duties
services: [children_looked_after, homelessness]
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - Homelessness that is owed a duty by another council is not seen.
since: "2024-04-01"
grain: one row per period and total, ward, provider of the receiving service or sex
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
reporting as (select * from core.dim_service_reporting),
contracts as (select * from reference.service_contract),

cohort as (
    select
        citizen_id,
        left_care_date as index_date,
        coalesce(homeless_duty_days between 0 and 182, false) as is_met
    from leavers
),

periods as (
    select
        *,
        financial_year_start(index_date) as period_from,
        financial_year_end(index_date) as period_to
    from cohort
),

mature as (
    select *
    from periods
    where
        exists (
            select 1
            from reporting
            where
                reporting.service_code = 'children_looked_after'
                and reporting.reported_from <= periods.period_from
                and reporting.reported_to >= periods.period_to
        )
        and exists (
            select 1
            from reporting
            where
                reporting.service_code = 'homelessness'
                and reporting.reported_from <= periods.period_from
                and reporting.reported_to >= periods.period_to + 182
        )
),

attributed as (
    select
        mature.period_from,
        mature.period_to,
        mature.is_met,
        mature.citizen_id || ' ' || mature.index_date::varchar as event_key,
        citizens.area_code,
        citizens.sex_code,
        contracts.provider_id
    from mature
    inner join citizens on mature.citizen_id = citizens.citizen_id
    left join contracts
        on
            contracts.service_code = 'homelessness'
            and mature.index_date between contracts.from_date and contracts.to_date
),

measured as (
    select
        period_from,
        period_to,
        area_code,
        provider_id,
        sex_code,
        grouping(area_code) = 0 as is_area,
        grouping(provider_id) = 0 as is_provider,
        grouping(sex_code) = 0 as is_sex,
        count(distinct event_key) filter (where is_met) as numerator,
        count(distinct event_key) as denominator
    from attributed
    group by grouping sets (
        (period_from, period_to),
        (period_from, period_to, area_code),
        (period_from, period_to, provider_id),
        (period_from, period_to, sex_code)
    )
),

labelled as (
    select
        period_from,
        period_to,
        case when is_area then area_code else borough_code() end as area_code,
        case when is_provider then provider_id else 'all' end as provider_id,
        case
            when is_area then 'area'
            when is_provider then 'provider'
            when is_sex then 'sex'
            else 'total'
        end as breakdown_type,
        case
            when is_area then area_code
            when is_provider then provider_id
            when is_sex then sex_code
            else 'all'
        end as breakdown,
        numerator,
        denominator
    from measured
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
