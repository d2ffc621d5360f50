/*
description: >-
  What young people do after school: education, employment or training, or none of these.
grain: one row per young person and activity
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event]
columns:
  detail_code: eet, neet or unknown, from the NCCIS activity code.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.youthworks__activity),

readable as (
    select
        *,
        strptime("StartDate", '%Y-%m-%d')::date as started_on,
        strptime("EndDate", '%Y-%m-%d')::date as ended_on
    from source
)

select
    ('youthworks__activity:' || "YoungPersonID" || ':' || started_on)::varchar as event_id,
    ('youthworks:' || "YoungPersonID")::varchar as record_id,
    'youthworks'::varchar as provider_id,
    "GivenName"::varchar as given_name,
    "FamilyName"::varchar as family_name,
    birth_date("DOB", '%Y-%m-%d', _period_to)::date as birth_date,
    known_sex("Gender")::varchar as sex_code,
    trusted_id_list([
        trusted_id('upn', valid_upn("UPN"))
    ])::varchar[] as trusted_ids,
    valid_postcode("Postcode")::varchar as postcode,
    started_on::date as valid_from_date,
    coalesce(ended_on, _period_to)::date as valid_to_date,
    'youth_eet'::varchar as service_code,
    'activity'::varchar as event_code,
    started_on::date as event_from_date,
    ended_on::date as event_to_date,
    "ActivityCode"::varchar as detail_code,
    null::varchar as outcome_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
