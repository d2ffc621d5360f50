/*
description: >-
  Name of the method that rate_lower and rate_upper use for a count.
owner: data-engineering@ashmere.example
*/
create or replace macro rate_method(x) as (
    case
        when x >= 0 and x < 10 then 'Exact'
        when x >= 10 and isfinite(x * 1e0) then 'Byars'
    end
)
