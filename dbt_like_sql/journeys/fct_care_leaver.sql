/*
description: Every young person who left care for adulthood, and where they were half a year later.
grain: one row per citizen and day of leaving care
owner: commissioning@ashmere.example
columns:
  left_care_date: Last day of the placement that ended in adulthood.
  is_eet_after_182_days: In education, employment or training on the 182nd day after leaving.
  homeless_duty_date: First day on or after leaving on which a homelessness duty started; NULL
    when there was none.
  homeless_duty_days: Whole days from leaving care to that duty.
tests:
  - not_null: [citizen_id, left_care_date, is_eet_after_182_days]
*/
with
events as (select * from core.fct_service_event),

leavers as (
    select
        citizen_id,
        event_to_date as left_care_date
    from events
    where
        service_code = 'children_looked_after'
        and event_code = 'placement'
        and outcome_code = 'left_care_adulthood'
        and event_to_date is not null
    group by citizen_id, event_to_date
),

eet as (
    select leavers.citizen_id, leavers.left_care_date
    from leavers
    inner join events on leavers.citizen_id = events.citizen_id
    where
        events.service_code = 'youth_eet'
        and events.event_code = 'activity'
        and events.detail_code = 'eet'
        and events.event_from_date <= leavers.left_care_date + 182
        and coalesce(events.event_to_date, date '9999-12-31') >= leavers.left_care_date + 182
    group by leavers.citizen_id, leavers.left_care_date
),

duties as (
    select
        leavers.citizen_id,
        leavers.left_care_date,
        min(events.event_from_date) as homeless_duty_date
    from leavers
    inner join events on leavers.citizen_id = events.citizen_id
    where
        events.service_code = 'homelessness'
        and events.event_code = 'duty'
        and events.event_from_date >= leavers.left_care_date
    group by leavers.citizen_id, leavers.left_care_date
),

outcomes as (
    select
        leavers.citizen_id,
        leavers.left_care_date,
        eet.citizen_id is not null as is_eet_after_182_days,
        duties.homeless_duty_date,
        date_diff('day', leavers.left_care_date, duties.homeless_duty_date)
            as homeless_duty_days
    from leavers
    left join eet
        on
            leavers.citizen_id = eet.citizen_id
            and leavers.left_care_date = eet.left_care_date
    left join duties
        on
            leavers.citizen_id = duties.citizen_id
            and leavers.left_care_date = duties.left_care_date
)

select
    citizen_id::varchar as citizen_id,
    left_care_date::date as left_care_date,
    is_eet_after_182_days::boolean as is_eet_after_182_days,
    homeless_duty_date::date as homeless_duty_date,
    homeless_duty_days::integer as homeless_duty_days
from outcomes
