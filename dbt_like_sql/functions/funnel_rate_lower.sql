/*
description: >-
  Lower limit of a funnel for rates where x > 0 events were observed, around an average of so many
  events for one person.
owner: data-engineering@ashmere.example
# The population there is poisson_exact_upper(x, confidence) / average.
*/
create or replace macro funnel_rate_lower(x, average, multiplier, confidence) as (
    case when average > 0 then funnel_ratio_lower(x, confidence) * average * multiplier end
)
