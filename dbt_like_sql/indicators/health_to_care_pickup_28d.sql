/*
title: Community health referrals picked up by adult social care within 28 days
description: >-
  Share of community health referrals to adult social care that became a request within 28 days.
question: When community health refers somebody to adult social care, does anybody there pick it up?
definition: >-
  Referrals with an adult social care request of the same citizen 0 to 28 days after the referral,
  out of all referrals from community health to adult social care.
cohort: Onward referrals from community health to adult social care; one per citizen and day.
index_date: Day of the onward referral.
window_days: 28
unit: events
statistic: proportion
multiplier: 100
polarity: higher_is_better
period: quarter
standard: Local measure, on Community Services Data Set referrals and client-level data requests
services: [community_health, adult_social_care]
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - A request made for another reason within the window counts as picked up.
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
citizens as (select * from core.dim_citizen),
reporting as (select * from core.dim_service_reporting),
contracts as (select * from reference.service_contract),

cohort as (
    select
        citizen_id,
        referred_date as index_date,
        coalesce(bool_or(pickup_days between 0 and 28), false) as is_met
    from referrals
    where from_service_code = 'community_health' and to_service_code = 'adult_social_care'
    group by citizen_id, referred_date
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
                reporting.service_code = 'adult_social_care'
                and reporting.reported_from <= periods.period_from
                and reporting.reported_to >= periods.period_to + 28
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
            contracts.service_code = 'adult_social_care'
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
