/*
description: One row per citizen of the single view, under a pseudonym and without identifiers.
grain: one row per citizen
owner: data-engineering@ashmere.example
columns:
  citizen_id: Pseudonym of the citizen; persistent between nights.
  birth_month: First day of the month of birth.
  sex_code: F or M; NULL when unknown.
  area_code: Ward of residence; NULL when no known address lies in the borough.
  death_date: Day of death; NULL for the living.
  record_count: How many provider records were linked into this citizen.
  provider_count: How many providers know this citizen.
tests:
  - not_null: [citizen_id]
  - unique: [citizen_id]
*/
with
citizens as (select * from internal.citizen)

select
    citizen_id::varchar as citizen_id,
    birth_month::date as birth_month,
    sex_code::varchar as sex_code,
    area_code::varchar as area_code,
    death_date::date as death_date,
    record_count::integer as record_count,
    provider_count::integer as provider_count
from citizens
