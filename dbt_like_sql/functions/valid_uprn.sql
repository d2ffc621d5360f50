/*
description: A Unique Property Reference Number without leading zeros, or NULL when it is not one.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_uprn(x) as (
    case
        when regexp_matches(trim(x), '^0*[1-9][0-9]{0,11}$') then ltrim(trim(x), '0')
    end
)
