/*
description: The days for which everybody under contract for a service has reported.
grain: one row per service and unbroken stretch of fully reported days
owner: data-engineering@ashmere.example
columns:
  reported_from: First day of the stretch.
  reported_to: Last day of the stretch.
tests:
  - not_null: [service_code, reported_from, reported_to]
  - unique: [service_code, reported_from]
  - expression: reported_from <= reported_to
*/
-- A late provider ends the stretch, so figures wait instead of being wrong; a provider whose
-- contract has ended is not waited for; a missing quarter splits the stretch.
with
contracts as (select * from reference.service_contract),
reporting as (select * from core.dim_provider_reporting),

span as (
    select
        min(reported_from) as first_day,
        max(reported_to) as last_day
    from reporting
),

days as (
    select calendar.day::date as day
    from span
    cross join unnest(generate_series(span.first_day, span.last_day, interval 1 day))
        as calendar (day)
),

expected as (
    select distinct
        contracts.service_code,
        contracts.provider_id,
        days.day
    from contracts
    inner join days on days.day between contracts.from_date and contracts.to_date
),

complete_days as (
    select
        expected.service_code,
        expected.day
    from expected
    left join reporting
        on
            expected.service_code = reporting.service_code
            and expected.provider_id = reporting.provider_id
            and expected.day between reporting.reported_from and reporting.reported_to
    group by expected.service_code, expected.day
    having count(*) = count(reporting.reported_from)
),

numbered as (
    select
        service_code,
        day,
        date_diff('day', date '2000-01-01', day)
        - row_number() over (partition by service_code order by day) as stretch
    from complete_days
),

stretches as (
    select
        service_code,
        min(day) as reported_from,
        max(day) as reported_to
    from numbered
    group by service_code, stretch
)

select
    service_code::varchar as service_code,
    reported_from::date as reported_from,
    reported_to::date as reported_to
from stretches
