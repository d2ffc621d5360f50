/*
description: >-
  Registered deaths: evidence about who has died, not an event of a service.
grain: one row per registration
owner: data-engineering@ashmere.example
feeds: [person_evidence]
columns:
  record_id: The registration itself.
  postcode: Usual residence.
tests:
  - not_null: [record_id, death_date]
  - unique: [record_id]
*/
with
source as (select * from accepted.council__deaths),

readable as (
    select
        *,
        strptime("Date of Death", '%d/%m/%Y')::date as died_on
    from source
)

select
    ('council:death-' || "Registration Ref")::varchar as record_id,
    'council'::varchar as provider_id,
    "Forename"::varchar as given_name,
    "Surname"::varchar as family_name,
    birth_date("DOB", '%d/%m/%Y', died_on)::date as birth_date,
    died_on::date as death_date,
    known_sex("Sex")::varchar as sex_code,
    trusted_id_list([
        trusted_id('nhs_number', valid_nhs_number("NHS Number"))
    ])::varchar[] as trusted_ids,
    valid_postcode("Postcode")::varchar as postcode,
    died_on::date as valid_from_date,
    died_on::date as valid_to_date,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number
from readable
