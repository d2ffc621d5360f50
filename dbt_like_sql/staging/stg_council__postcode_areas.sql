/*
description: The ward of every postcode of the borough.
grain: one row per postcode
owner: data-engineering@ashmere.example
feeds: [area_lookup]
tests:
  - not_null: [postcode, area_code, area_name]
  - unique: [postcode]
*/
with
source as (select * from accepted.council__postcode_areas)

select
    valid_postcode(postcode)::varchar as postcode,
    ward_code::varchar as area_code,
    ward_name::varchar as area_name
from source
