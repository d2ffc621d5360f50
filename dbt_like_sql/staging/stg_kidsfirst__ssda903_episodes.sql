/*
description: Episodes of care of looked-after children.
grain: one row per child and episode
owner: data-engineering@ashmere.example
feeds: [service_event]
columns:
  detail_code: Kind of placement.
  outcome_code: Why the episode ceased; left_care_adulthood ends care for good.
tests:
  - not_null: [event_id, record_id, event_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.kidsfirst__ssda903_episodes),

readable as (
    select
        *,
        strptime("DECOM", '%d/%m/%Y')::date as started_on,
        strptime("DEC", '%d/%m/%Y')::date as ended_on
    from source
)

select
    ('kidsfirst__ssda903_episodes:' || "CHILD" || ':' || started_on)::varchar as event_id,
    ('kidsfirst:' || "CHILD")::varchar as record_id,
    'kidsfirst'::varchar as provider_id,
    'children_looked_after'::varchar as service_code,
    'placement'::varchar as event_code,
    started_on::date as event_from_date,
    ended_on::date as event_to_date,
    "PLACE"::varchar as detail_code,
    "REC"::varchar as outcome_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
