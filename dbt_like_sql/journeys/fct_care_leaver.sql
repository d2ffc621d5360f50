/*
description: Every young person who left care for adulthood, and where they were half a year later.
grain: one row per citizen and day of leaving care
owner: commissioning@ashmere.example
columns:
  event_id: The placement that ended in adulthood; the first by id where two end on one day.
  left_care_date: Last day of the placement that ended in adulthood.
  is_eet_after_182_days: In education, employment or training on the 182nd day after leaving.
  eet_event_id: The activity that shows it, the first by id.
  homeless_duty_date: First day on or after leaving on which a homelessness duty started; NULL
    when there was none.
  homeless_duty_event_id: That duty.
  homeless_duty_days: Whole days from leaving care to that duty.
tests:
  - not_null: [event_id, citizen_id, left_care_date, is_eet_after_182_days]
  - unique: [citizen_id, left_care_date]
*/
with
events as (select * from core.fct_service_event),

leavers as (
    select
        citizen_id,
        event_to_date as left_care_date,
        min(event_id) as event_id
    from events
    where
        service_code = 'children_looked_after'
        and event_code = 'placement'
        and outcome_code = 'left_care_adulthood'
        and event_to_date is not null
    group by citizen_id, event_to_date
),

eet as (
    select
        leavers.event_id,
        min(events.event_id) as eet_event_id
    from leavers
    inner join events on leavers.citizen_id = events.citizen_id
    where
        events.service_code = 'youth_eet'
        and events.event_code = 'activity'
        and events.detail_code = 'eet'
        and events.event_from_date <= leavers.left_care_date + 182
        and coalesce(events.event_to_date, date '9999-12-31') >= leavers.left_care_date + 182
    group by leavers.event_id
),

duties as (
    select
        leavers.event_id,
        events.event_id as homeless_duty_event_id,
        events.event_from_date as homeless_duty_date,
        row_number() over (
            partition by leavers.event_id order by events.event_from_date, events.event_id
        ) as place
    from leavers
    inner join events on leavers.citizen_id = events.citizen_id
    where
        events.service_code = 'homelessness'
        and events.event_code = 'duty'
        and events.event_from_date >= leavers.left_care_date
),

outcomes as (
    select
        leavers.event_id,
        leavers.citizen_id,
        leavers.left_care_date,
        eet.eet_event_id is not null as is_eet_after_182_days,
        eet.eet_event_id,
        duties.homeless_duty_date,
        duties.homeless_duty_event_id,
        date_diff('day', leavers.left_care_date, duties.homeless_duty_date)
            as homeless_duty_days
    from leavers
    left join eet on leavers.event_id = eet.event_id
    left join duties on leavers.event_id = duties.event_id and duties.place = 1
)

select
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    left_care_date::date as left_care_date,
    is_eet_after_182_days::boolean as is_eet_after_182_days,
    eet_event_id::varchar as eet_event_id,
    homeless_duty_date::date as homeless_duty_date,
    homeless_duty_event_id::varchar as homeless_duty_event_id,
    homeless_duty_days::integer as homeless_duty_days
from outcomes
