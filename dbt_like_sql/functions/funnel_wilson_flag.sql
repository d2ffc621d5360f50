/*
description: >-
  Where x of n lies in a funnel for proportions by the definition of Fingertips: beyond the
  limits of 99.8 % (0.001 on each side), of 95 % (0.025), or neither; NULL for impossible input.
owner: data-engineering@ashmere.example
*/
create or replace macro funnel_wilson_flag(x, n, average) as (
    funnel_flag(
        proportion_value(x, n, 1),
        funnel_wilson_lower(average, n, 1, 0.998),
        funnel_wilson_lower(average, n, 1, 0.95),
        funnel_wilson_upper(average, n, 1, 0.95),
        funnel_wilson_upper(average, n, 1, 0.998)
    )
)
