/*
description: >-
  Lower limit of proportion_value by Wilson's method.
owner: data-engineering@ashmere.example
*/
create or replace macro proportion_lower(x, n, multiplier, confidence) as (
    wilson_lower(x, n, confidence) * multiplier
)
