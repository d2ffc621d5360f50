/*
description: >-
  Where somebody lived then: each citizen's ward with the days for which it was the newest known,
  from the first night on. A day is the last one the deliveries of that night covered. Who opted
  out or is no longer known has closed stretches only: join core.dim_citizen to count people.
grain: one row per citizen and unbroken stretch of days in one ward
owner: data-engineering@ashmere.example
materialised: snapshot
key: [citizen_id]
track: [area_code]
columns:
  citizen_id: The citizen, under the pseudonym of that night.
  area_code: Ward of residence; NULL when no known address lay in the borough.
  valid_from: First day of the stretch.
  valid_to: Day after its last; NULL while the stretch is open.
  is_current: The stretch is open.
tests:
  - not_null: [citizen_id, valid_from, is_current]
  - unique: [citizen_id, valid_from]
  - expression: valid_from < valid_to
  - expression: is_current = (valid_to is null)
*/
with
citizens as (select * from core.dim_citizen)

select
    citizen_id::varchar as citizen_id,
    area_code::varchar as area_code
from citizens
