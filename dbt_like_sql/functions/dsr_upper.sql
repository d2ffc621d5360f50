/*
description: >-
  Upper limit of dsr_value by Dobson's method for independent events; NULL where dsr_value is.
owner: data-engineering@ashmere.example
*/
create or replace macro dsr_upper(x, n, stdpop, multiplier, confidence) as (
    dsr_repeat_upper(x, x, n, stdpop, multiplier, confidence)
)
