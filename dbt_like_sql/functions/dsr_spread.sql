/*
description: >-
  Square root of the variance of a directly standardised rate for each event, so that a limit
  is rate + spread * (Byar's limit of the events - events); NULL as dsr_total.
owner: data-engineering@ashmere.example
*/
create or replace macro dsr_spread(x, n, stdpop) as (
    dsr_repeat_spread(x, x, n, stdpop)
)
