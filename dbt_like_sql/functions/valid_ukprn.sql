/*
description: A UK Provider Reference Number (eight digits, the first a 1), or NULL.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_ukprn(x) as (
    case when regexp_matches(trim(x), '^1[0-9]{7}$') then trim(x) end
)
