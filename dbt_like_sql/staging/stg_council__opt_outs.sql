/*
description: >-
  People who objected to linkage, as evidence to find their records by, and as the objection.
grain: one row per objection
owner: data-engineering@ashmere.example
feeds: [person_evidence, opt_out]
columns:
  record_id: The objection itself.
tests:
  - not_null: [record_id, opted_out_date]
  - unique: [record_id]
*/
with
source as (select * from accepted.council__opt_outs),

readable as (
    select
        *,
        strptime("Opted Out On", '%d/%m/%Y')::date as objected_on
    from source
)

select
    ('council:optout-' || "Opt Out Ref")::varchar as record_id,
    'council'::varchar as provider_id,
    "Forename"::varchar as given_name,
    "Surname"::varchar as family_name,
    birth_date("DOB", '%d/%m/%Y', _period_to)::date as birth_date,
    trusted_id_list([
        trusted_id('nhs_number', valid_nhs_number("NHS Number"))
    ])::varchar[] as trusted_ids,
    valid_postcode("Postcode")::varchar as postcode,
    objected_on::date as valid_from_date,
    _period_to::date as valid_to_date,
    objected_on::date as opted_out_date,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number
from readable
