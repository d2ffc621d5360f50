/*
description: Every area a figure may be about, the borough and its wards.
grain: one row per area
owner: data-engineering@ashmere.example
columns:
  area_code: Code of the area.
  area_name: Name of the area.
  area_type: borough or ward.
tests:
  - not_null: [area_code, area_name, area_type]
  - unique: [area_code]
*/
with
lookup as (select * from internal.area_lookup),

wards as (
    select
        area_code,
        min(area_name) as area_name,
        'ward' as area_type
    from lookup
    where area_code is not null
    group by area_code
),

borough as (
    select
        borough_code() as area_code,
        borough_name() as area_name,
        'borough' as area_type
),

areas as (
    select * from wards
    union all
    select * from borough
)

select
    area_code::varchar as area_code,
    area_name::varchar as area_name,
    area_type::varchar as area_type
from areas
