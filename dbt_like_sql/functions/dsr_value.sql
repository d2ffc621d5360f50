/*
description: >-
  Directly standardised rate per multiplier, from the events x, the population n and the standard
  population of each age band of a group; NULL below 10 events and for impossible input.
owner: data-engineering@ashmere.example
*/
create or replace macro dsr_value(x, n, stdpop, multiplier) as (
    dsr_rate(x, n, stdpop) * multiplier
)
