/*
description: Care contacts of community health teams.
grain: one row per contact
owner: data-engineering@ashmere.example
feeds: [service_event]
columns:
  detail_code: How the contact took place.
  outcome_code: Whether the patient attended.
tests:
  - not_null: [event_id, record_id, event_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.wellpath__care_contacts),

readable as (
    select
        *,
        strptime("ContactDate", '%Y-%m-%d')::date as contacted_on
    from source
)

select
    ('wellpath__care_contacts:' || "CareContactId")::varchar as event_id,
    ('wellpath:' || "LocalPatientId")::varchar as record_id,
    'wellpath'::varchar as provider_id,
    'community_health'::varchar as service_code,
    'contact'::varchar as event_code,
    contacted_on::date as event_from_date,
    contacted_on::date as event_to_date,
    "Medium"::varchar as detail_code,
    "Attended"::varchar as outcome_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
