/*
description: >-
  Upper limit of crude_rate_value: exact Poisson below 10 events, Byar from 10.
owner: data-engineering@ashmere.example
*/
create or replace macro crude_rate_upper(x, n, multiplier, confidence) as (
    rate_upper(x, confidence) / crude_rate_population(x, n) * multiplier
)
