/*
description: >-
  Lower limit of a funnel for proportions by the definition of PHEindicatormethods: the
  proportion of n whose Wilson interval would end at the average.
owner: data-engineering@ashmere.example
# calculate_funnel_limits writes it at length; it equals, ended at 0 and 1,
# average -/+ z * sqrt(average * (1 - average) / n).
*/
create or replace macro funnel_proportion_lower(average, n, multiplier, confidence) as (
    case
        when
            average >= 0 and average <= 1 and n > 0 and isfinite(n * 1e0)
            and confidence_level(confidence) is not null
            then
                greatest(
                    0e0,
                    average - normal_quantile(confidence) * sqrt(average * (1e0 - average) / n)
                ) * multiplier
    end
)
