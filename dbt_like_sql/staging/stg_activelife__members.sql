/*
description: Members of the leisure centres; a membership runs until the provider says otherwise.
grain: one row per member
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event]
columns:
  detail_code: Whether the member came on a health referral.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.activelife__members),

readable as (
    select
        *,
        strptime("Joined", '%d/%m/%Y')::date as joined_on
    from source
)

select
    ('activelife__members:' || "MemberNo")::varchar as event_id,
    ('activelife:' || "MemberNo")::varchar as record_id,
    'activelife'::varchar as provider_id,
    "Forename"::varchar as given_name,
    "Surname"::varchar as family_name,
    birth_date("DOB", '%d/%m/%Y', _period_to)::date as birth_date,
    known_sex("Sex")::varchar as sex_code,
    []::varchar[] as trusted_ids,
    "Address"::varchar as address_line,
    valid_postcode("Postcode")::varchar as postcode,
    valid_phone("Mobile")::varchar as phone,
    valid_email("Email")::varchar as email,
    joined_on::date as valid_from_date,
    _period_to::date as valid_to_date,
    'leisure'::varchar as service_code,
    'membership'::varchar as event_code,
    joined_on::date as event_from_date,
    null::date as event_to_date,
    "Referral"::varchar as detail_code,
    null::varchar as outcome_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
