/*
description: >-
  Every assessment of a need, and the last one another provider made of the same need of the same
  citizen within the need's window before.
grain: one row per need, citizen, provider and day of assessment
owner: commissioning@ashmere.example
columns:
  event_id: The event that is the assessment; of several on one day the first by id.
  assessed_date: First day of the event.
  repeats_event_id: The assessment it repeats; NULL where it repeats none. Of two on one day the one
    later by id repeats the other.
  between_days: Whole days from that one to this.
tests:
  - not_null: [need_code, event_id, citizen_id, provider_id, service_code, assessed_date]
  - unique: [need_code, event_id]
  - unique: [need_code, citizen_id, provider_id, assessed_date]
  - relationships: {column: citizen_id, to: core.dim_citizen}
  - expression: (repeats_event_id is null) = (between_days is null)
*/
with
needs as (select * from reference.need),
kinds as (select * from reference.need_assessment),
citizens as (select * from core.dim_citizen),
events as (select * from core.fct_service_event),

on_a_day as (
    select
        kinds.need_code,
        events.event_id,
        events.citizen_id,
        events.provider_id,
        events.service_code,
        events.event_from_date as assessed_date,
        citizens.area_code,
        row_number() over (
            partition by
                kinds.need_code, events.citizen_id, events.provider_id, events.event_from_date
            order by events.event_id
        ) as place
    from events
    inner join citizens on events.citizen_id = citizens.citizen_id
    inner join kinds
        on
            events.service_code = kinds.service_code
            and events.event_code = kinds.event_code
            and coalesce(kinds.detail_code, events.detail_code, '')
            = coalesce(events.detail_code, '')
),

assessments as (select * from on_a_day where place = 1),

repeats as (
    select
        later.need_code,
        later.event_id,
        earlier.event_id as repeats_event_id,
        earlier.provider_id as repeats_provider_id,
        date_diff('day', earlier.assessed_date, later.assessed_date) as between_days,
        row_number() over (
            partition by later.need_code, later.event_id
            order by earlier.assessed_date desc, earlier.event_id desc
        ) as place
    from assessments as later
    inner join needs on later.need_code = needs.need_code
    inner join assessments as earlier
        on
            later.need_code = earlier.need_code
            and later.citizen_id = earlier.citizen_id
            and later.provider_id <> earlier.provider_id
            and date_diff('day', earlier.assessed_date, later.assessed_date)
            between 0 and needs.duplicate_days
            and (
                earlier.assessed_date < later.assessed_date
                or earlier.event_id < later.event_id
            )
),

last_repeats as (select * from repeats where place = 1),

compared as (
    select
        assessments.*,
        last_repeats.repeats_event_id,
        last_repeats.repeats_provider_id,
        last_repeats.between_days
    from assessments
    left join last_repeats
        on
            assessments.need_code = last_repeats.need_code
            and assessments.event_id = last_repeats.event_id
)

select
    need_code::varchar as need_code,
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    provider_id::varchar as provider_id,
    service_code::varchar as service_code,
    area_code::varchar as area_code,
    assessed_date::date as assessed_date,
    repeats_event_id::varchar as repeats_event_id,
    repeats_provider_id::varchar as repeats_provider_id,
    between_days::integer as between_days
from compared
