/*
description: Times a looked-after child was missing or away without authorisation.
grain: one row per child and absence
owner: data-engineering@ashmere.example
feeds: [service_event]
columns:
  detail_code: missing or away.
tests:
  - not_null: [event_id, record_id, event_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.kidsfirst__ssda903_missing),

readable as (
    select
        *,
        strptime("MISSTART", '%d/%m/%Y')::date as started_on,
        strptime("MISEND", '%d/%m/%Y')::date as ended_on
    from source
)

select
    ('kidsfirst__ssda903_missing:' || "CHILD" || ':' || started_on)::varchar as event_id,
    ('kidsfirst:' || "CHILD")::varchar as record_id,
    'kidsfirst'::varchar as provider_id,
    'children_looked_after'::varchar as service_code,
    'missing_episode'::varchar as event_code,
    started_on::date as event_from_date,
    ended_on::date as event_to_date,
    "MISTYPE"::varchar as detail_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
