/*
description: >-
  Events x for each of n times the multiplier, where x may exceed n; NULL unless x >= 0 and n > 0.
owner: data-engineering@ashmere.example
*/
create or replace macro crude_rate_value(x, n, multiplier) as (
    x / crude_rate_population(x, n) * multiplier
)
