/*
description: Age in completed years on a day; somebody born on 29 February turns on 1 March.
owner: data-engineering@ashmere.example
*/
create or replace macro age_in_years(birth_date, on_date) as (
    extract(year from on_date) - extract(year from birth_date)
    - case
        when extract(month from on_date) < extract(month from birth_date) then 1
        when
            extract(month from on_date) = extract(month from birth_date)
            and extract(day from on_date) < extract(day from birth_date)
            then 1
        else 0
    end
)
