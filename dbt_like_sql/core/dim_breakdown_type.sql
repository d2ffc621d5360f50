/*
description: The ways a figure is broken down; every member of an indicator counts once in each.
grain: one row per breakdown type
owner: data-engineering@ashmere.example
columns:
  breakdown_type: total, area, provider, sex or age_band.
tests:
  - not_null: [breakdown_type]
  - unique: [breakdown_type]
*/
with
types as (
    select *
    from (
        values ('total'), ('area'), ('provider'), ('sex'), ('age_band')
    ) as type (breakdown_type)
)

select breakdown_type::varchar as breakdown_type
from types
