/*
description: >-
  Upper limit of a funnel for ratios where x > 0 events were observed: the ratio at which the exact
  Poisson interval of x would end at the average, 1.
owner: data-engineering@ashmere.example
# The events to be expected there are poisson_exact_lower(x, confidence).
*/
create or replace macro funnel_ratio_upper(x, confidence) as (
    case when x > 0 then x / poisson_exact_lower(x, confidence) end
)
