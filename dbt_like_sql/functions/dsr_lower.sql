/*
description: >-
  Lower limit of dsr_value by Dobson's method for independent events; NULL where dsr_value is.
owner: data-engineering@ashmere.example
*/
create or replace macro dsr_lower(x, n, stdpop, multiplier, confidence) as (
    dsr_repeat_lower(x, x, n, stdpop, multiplier, confidence)
)
