/*
description: >-
  Children looked after: who they are. Their care is in the episodes feed.
grain: one row per child
owner: data-engineering@ashmere.example
feeds: [person_evidence]
columns:
  postcode: Home from which the child came into care.
tests:
  - not_null: [record_id, valid_from_date, valid_to_date]
  - unique: [record_id]
*/
with
source as (select * from accepted.kidsfirst__ssda903_header)

select
    ('kidsfirst:' || "CHILD")::varchar as record_id,
    'kidsfirst'::varchar as provider_id,
    "FORENAME"::varchar as given_name,
    "SURNAME"::varchar as family_name,
    birth_date("DOB", '%d/%m/%Y', _period_to)::date as birth_date,
    known_sex("SEX")::varchar as sex_code,
    trusted_id_list([
        trusted_id('nhs_number', valid_nhs_number("NHS_NUMBER")),
        trusted_id('upn', valid_upn("UPN"))
    ])::varchar[] as trusted_ids,
    valid_postcode("HOME_POST")::varchar as postcode,
    _period_from::date as valid_from_date,
    _period_to::date as valid_to_date,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number
from source
