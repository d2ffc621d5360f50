/*
description: Adult social care requests, assessments, services and reviews, with who they were for.
grain: one row per event
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event]
columns:
  record_id: BrightCare and its own number for the person.
  detail_code: Kind of care; only services have one.
  unit_code: Agency that delivers a service; NULL where nobody but BrightCare does.
  postcode: Where the person lived at the event.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.brightcare__client_level_data),

readable as (
    select
        *,
        strptime("Event Start Date", '%d/%m/%Y')::date as started_on,
        strptime("Event End Date", '%d/%m/%Y')::date as ended_on
    from source
)

select
    ('brightcare__client_level_data:' || "Event Reference")::varchar as event_id,
    ('brightcare:' || "LA Person Unique Identifier")::varchar as record_id,
    'brightcare'::varchar as provider_id,
    "First Name"::varchar as given_name,
    "Surname"::varchar as family_name,
    birth_date("Date of Birth", '%d/%m/%Y', _period_to)::date as birth_date,
    known_sex("Gender")::varchar as sex_code,
    trusted_id_list([
        trusted_id('nhs_number', valid_nhs_number("NHS Number"))
    ])::varchar[] as trusted_ids,
    valid_postcode("Postcode")::varchar as postcode,
    started_on::date as valid_from_date,
    coalesce(ended_on, _period_to)::date as valid_to_date,
    'adult_social_care'::varchar as service_code,
    "Event Type"::varchar as event_code,
    started_on::date as event_from_date,
    ended_on::date as event_to_date,
    "Service Type"::varchar as detail_code,
    "Event Outcome"::varchar as outcome_code,
    "Provider CQC Location ID"::varchar as unit_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
