/*
description: >-
  Where x events among n lie in a funnel for rates around an average of so many events for one, by
  the interval of the events (exact Poisson below 10, Byar from 10); NULL for impossible input.
owner: data-engineering@ashmere.example
# For ratios n is the expected number and the average 1. PHEindicatormethods,
# assign_funnel_significance.
*/
create or replace macro funnel_rate_flag(x, n, average) as (
    case
        when not (crude_rate_value(x, n, 1) >= 0 and average >= 0 and isfinite(average * 1e0))
            then null
        when average < crude_rate_lower(x, n, 1, 0.998) then 'High (0.001)'
        when average < crude_rate_lower(x, n, 1, 0.95) then 'High (0.025)'
        when average > crude_rate_upper(x, n, 1, 0.998) then 'Low (0.001)'
        when average > crude_rate_upper(x, n, 1, 0.95) then 'Low (0.025)'
        when crude_rate_value(x, n, 1) >= 0 and average >= 0 then 'Not significant'
    end
)
