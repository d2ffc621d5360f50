/*
description: An e-mail address in lower case, or NULL when it has not the shape of one.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_email(x) as (
    case
        when regexp_matches(lower(trim(x)), '^[^@ ]+@[^@ ]+[.][a-z]{2,}$') then lower(trim(x))
    end
)
