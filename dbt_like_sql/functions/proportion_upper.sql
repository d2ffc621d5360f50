/*
description: >-
  Upper limit of proportion_value by Wilson's method.
owner: data-engineering@ashmere.example
*/
create or replace macro proportion_upper(x, n, multiplier, confidence) as (
    wilson_upper(x, n, confidence) * multiplier
)
