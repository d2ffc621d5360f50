/*
title: People referred to leisure who are still active 12 weeks on
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
standard: Local measure, in the spirit of the Active Lives activity bands
services: [community_health, leisure]
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - Activity outside the leisure centres is not seen.
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
referrals as (select * from journeys.fct_onward_referral),
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),
reporting as (select * from core.dim_service_reporting),
contracts as (select * from reference.service_contract),

referred as (
    select distinct
        citizen_id,
        referred_date as index_date
    from referrals
    where from_service_code = 'community_health' and to_service_code = 'leisure'
),

visits as (
    select
        citizen_id,
        event_from_date as visit_date
    from events
    where service_code = 'leisure' and event_code = 'visit'
),

visit_weeks as (
    select
        referred.citizen_id,
        referred.index_date,
        case
            when date_diff('day', referred.index_date, visits.visit_date) between 56 and 62 then 9
            when date_diff('day', referred.index_date, visits.visit_date) between 63 and 69 then 10
            when date_diff('day', referred.index_date, visits.visit_date) between 70 and 76 then 11
            when date_diff('day', referred.index_date, visits.visit_date) between 77 and 83 then 12
        end as visit_week
    from referred
    left join visits on referred.citizen_id = visits.citizen_id
),

cohort as (
    select
        citizen_id,
        index_date,
        count(distinct visit_week) = 4 as is_met
    from visit_weeks
    group by citizen_id, index_date
),

periods as (
    select
        *,
        quarter_start(index_date) as period_from,
        quarter_end(index_date) as period_to
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
                reporting.service_code = 'community_health'
                and reporting.reported_from <= periods.period_from
                and reporting.reported_to >= periods.period_to
        )
        and exists (
            select 1
            from reporting
            where
                reporting.service_code = 'leisure'
                and reporting.reported_from <= periods.period_from
                and reporting.reported_to >= periods.period_to + 83
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
            contracts.service_code = 'leisure'
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
