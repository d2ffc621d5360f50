/*
title: Homeless people referred to substance misuse treatment who start within 21 days
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
standard: Local measure; 21 days as in the treatment waiting times standard
services: [homelessness, substance_misuse]
caveats:
  - People who opted out and records that could not be linked are in neither count.
  - People who die within the window stay in the denominator.
  - The substance misuse contract changed hands on 1 October 2025; a referral counts for the
    provider under contract on its day.
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
        coalesce(bool_or(pickup_days between 0 and 21), false) as is_met
    from referrals
    where
        from_service_code = 'homelessness'
        and from_event_code = 'duty'
        and to_service_code = 'substance_misuse'
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
                reporting.service_code = 'homelessness'
                and reporting.reported_from <= periods.period_from
                and reporting.reported_to >= periods.period_to
        )
        and exists (
            select 1
            from reporting
            where
                reporting.service_code = 'substance_misuse'
                and reporting.reported_from <= periods.period_from
                and reporting.reported_to >= periods.period_to + 21
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
            contracts.service_code = 'substance_misuse'
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
