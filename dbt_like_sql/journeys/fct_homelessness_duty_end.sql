/*
description: Every homelessness duty that ended, how it ended, and the duty that came next.
grain: one row per duty
owner: commissioning@ashmere.example
columns:
  event_id: The duty.
  provider_id: Provider that owed it.
  ended_date: Last day of the duty.
  detail_code: The duty owed; prevention, relief or main.
  outcome_code: How it ended.
  repeat_event_id: The first duty that started on a later day than this one ended, of any kind;
    NULL when there was none.
  repeat_days: Whole days from the end to it.
tests:
  - not_null: [event_id, citizen_id, provider_id, ended_date]
  - unique: [event_id]
*/
with
events as (select * from core.fct_service_event),

duties as (
    select *
    from events
    where service_code = 'homelessness' and event_code = 'duty'
),

ended as (
    select
        event_id,
        citizen_id,
        provider_id,
        event_to_date as ended_date,
        detail_code,
        outcome_code
    from duties
    where event_to_date is not null
),

repeats as (
    select
        ended.event_id,
        duties.event_id as repeat_event_id,
        date_diff('day', ended.ended_date, duties.event_from_date) as repeat_days,
        row_number() over (
            partition by ended.event_id order by duties.event_from_date, duties.event_id
        ) as place
    from ended
    inner join duties
        on
            ended.citizen_id = duties.citizen_id
            and ended.ended_date < duties.event_from_date
),

outcomes as (
    select
        ended.event_id,
        ended.citizen_id,
        ended.provider_id,
        ended.ended_date,
        ended.detail_code,
        ended.outcome_code,
        repeats.repeat_event_id,
        repeats.repeat_days
    from ended
    left join repeats on ended.event_id = repeats.event_id and repeats.place = 1
)

select
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    provider_id::varchar as provider_id,
    ended_date::date as ended_date,
    detail_code::varchar as detail_code,
    outcome_code::varchar as outcome_code,
    repeat_event_id::varchar as repeat_event_id,
    repeat_days::integer as repeat_days
from outcomes
