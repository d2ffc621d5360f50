/*
description: >-
  Age band of people asked in a survey, from whole years: those who answer about equally often;
  'unknown' for an unknown age.
owner: data-engineering@ashmere.example
*/
create or replace macro response_age_band(age_years) as (
    case
        when age_years < 35 then '16-34'
        when age_years < 55 then '35-54'
        when age_years < 75 then '55-74'
        when age_years >= 75 then '75+'
        else 'unknown'
    end
)
