/*
description: >-
  The population that a group's events stand for at the directly standardised rate: events
  divided by the rate; NULL as dsr_total, and for a rate of 0.
owner: data-engineering@ashmere.example
*/
create or replace macro dsr_basis(x, n, stdpop) as (
    dsr_total(x, n, stdpop) / nullif(dsr_rate(x, n, stdpop), 0)
)
