/*
description: >-
  The population n of a crude rate where the rate can be had: x >= 0 events and n > 0.
owner: data-engineering@ashmere.example
*/
create or replace macro crude_rate_population(x, n) as (
    case when x >= 0 and n > 0 and isfinite(x * 1e0) and isfinite(n * 1e0) then n * 1e0 end
)
