/*
description: The days for which a provider has delivered everything it delivers about a service.
grain: one row per service, provider and unbroken stretch of reported days
owner: data-engineering@ashmere.example
columns:
  reported_from: First day of the stretch.
  reported_to: Last day of the stretch.
tests:
  - not_null: [service_code, provider_id, reported_from, reported_to]
  - unique: [service_code, provider_id, reported_from]
  - expression: reported_from <= reported_to
*/
-- A day is reported when each feed in which the provider tells of the service has a delivery whose
-- declared period holds the day. A missing delivery splits the stretch.
with
deliveries as (select * from reference.feed_period),
expected as (select * from reference.event_feed),
contracts as (select * from reference.service_contract),
events as (select * from core.fct_service_event),

told as (
    select distinct
        service_code,
        provider_id,
        split_part(event_id, ':', 1) as stem
    from events
),

-- Nobody knows of which service a feed would tell that never came: all of its provider's wait.
missing as (
    select distinct
        contracts.service_code,
        expected.provider_id,
        expected.stem
    from expected
    inner join contracts on expected.provider_id = contracts.provider_id
    where not exists (select 1 from deliveries where deliveries.stem = expected.stem)
),

feeds as (
    select * from told
    union
    select * from missing
),

span as (
    select
        min(period_from) as first_day,
        max(period_to) as last_day
    from deliveries
),

days as (
    select calendar.day::date as day
    from span
    cross join unnest(generate_series(span.first_day, span.last_day, interval 1 day))
        as calendar (day)
),

feed_days as (
    select distinct
        feeds.service_code,
        feeds.provider_id,
        feeds.stem,
        days.day
    from feeds
    inner join deliveries on feeds.stem = deliveries.stem
    inner join days on days.day between deliveries.period_from and deliveries.period_to
),

feed_counts as (
    select
        service_code,
        provider_id,
        count(*) as feed_count
    from feeds
    group by service_code, provider_id
),

provider_days as (
    select
        feed_days.service_code,
        feed_days.provider_id,
        feed_days.day
    from feed_days
    inner join feed_counts
        on
            feed_days.service_code = feed_counts.service_code
            and feed_days.provider_id = feed_counts.provider_id
    group by
        feed_days.service_code, feed_days.provider_id, feed_days.day, feed_counts.feed_count
    having count(*) = feed_counts.feed_count
),

numbered as (
    select
        service_code,
        provider_id,
        day,
        date_diff('day', date '2000-01-01', day)
        - row_number() over (partition by service_code, provider_id order by day) as stretch
    from provider_days
),

stretches as (
    select
        service_code,
        provider_id,
        min(day) as reported_from,
        max(day) as reported_to
    from numbered
    group by service_code, provider_id, stretch
)

select
    service_code::varchar as service_code,
    provider_id::varchar as provider_id,
    reported_from::date as reported_from,
    reported_to::date as reported_to
from stretches
