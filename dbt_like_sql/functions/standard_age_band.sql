/*
description: >-
  Age band of the European Standard Population 2013 as seeds.esp2013 names it, from whole years:
  0-4, 5-9 and so on to 85-89 and 90+; NULL for an unknown age.
owner: data-engineering@ashmere.example
*/
create or replace macro standard_age_band(age_years) as (
    case
        when age_years >= 90 then '90+'
        when age_years >= 0
            then
                (age_years - age_years % 5)::varchar
                || '-'
                || (age_years - age_years % 5 + 4)::varchar
    end
)
