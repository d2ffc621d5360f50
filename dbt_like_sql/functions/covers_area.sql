/*
description: >-
  Whether a contract's wards (codes joined by commas; NULL for the whole borough) hold a ward; a
  ward that is not known may be any of them.
owner: commissioning@ashmere.example
*/
create or replace macro covers_area(area_codes, area_code) as (
    area_codes is null
    or area_code is null
    or list_contains(string_split(area_codes, ','), area_code)
)
