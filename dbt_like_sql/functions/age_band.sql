/*
description: >-
  Age band of the breakdown by age, from whole years: children, people of working age, and the
  three bands of older people that adult social care publishes; NULL for an unknown age.
owner: data-engineering@ashmere.example
*/
create or replace macro age_band(age_years) as (
    case
        when age_years < 18 then '0-17'
        when age_years < 65 then '18-64'
        when age_years < 75 then '65-74'
        when age_years < 85 then '75-84'
        when age_years >= 85 then '85+'
    end
)
