/*
description: Estimated residents of wards by sex and age band.
grain: one row per ward, sex, age band and year
owner: data-engineering@ashmere.example
feeds: [population_estimate]
tests:
  - not_null: [area_code, sex_code, age_from, age_to, year, persons]
  - unique: [area_code, sex_code, age_from, year]
*/
with
source as (select * from accepted.council__population_estimates)

select
    area_code::varchar as area_code,
    sex::varchar as sex_code,
    age_from::integer as age_from,
    age_to::integer as age_to,
    year::integer as year,
    persons::integer as persons
from source
