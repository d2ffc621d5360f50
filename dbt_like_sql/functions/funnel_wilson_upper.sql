/*
description: >-
  Upper limit of a funnel for proportions by the definition of Fingertips: Wilson's interval of the
  average itself, as if it had been seen in n.
owner: data-engineering@ashmere.example
*/
create or replace macro funnel_wilson_upper(average, n, multiplier, confidence) as (
    wilson_upper(average * n, n, confidence) * multiplier
)
