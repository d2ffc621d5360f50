/*
description: >-
  People in the five-year age band of the European Standard Population 2013 that an age in years
  falls into (19 bands, the last from 90; 100,000 in all); NULL for a negative or unknown age.
owner: data-engineering@ashmere.example
# Eurostat 2013, Revision of the European Standard Population.
*/
create or replace macro european_standard_population(age_years) as (
    case
        when age_years < 0 or not isfinite(age_years * 1e0) then null
        when age_years < 5 then 5000
        when age_years < 20 then 5500
        when age_years < 30 then 6000
        when age_years < 35 then 6500
        when age_years < 55 then 7000
        when age_years < 60 then 6500
        when age_years < 65 then 6000
        when age_years < 70 then 5500
        when age_years < 75 then 5000
        when age_years < 80 then 4000
        when age_years < 85 then 2500
        when age_years < 90 then 1500
        when age_years >= 90 then 1000
    end
)
