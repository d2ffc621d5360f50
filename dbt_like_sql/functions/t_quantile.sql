/*
description: >-
  Two-sided quantile of Student's t-distribution of df degrees of freedom (1 or more) at a
  confidence level of 0.9 to below 1, or 90 to below 100; other input gives NULL.
owner: data-engineering@ashmere.example
# Below 1,000 degrees of freedom Newton's method on the distribution, from the normal quantile:
# the share is concave in the angle, so every step falls short and none can overshoot.
# From 1,000 the expansion in 1/df of Abramowitz and Stegun 1964, 26.7.5.
*/
create or replace macro t_quantile(df, confidence) as (
    case
        when df >= 1000 then t_quantile_expansion(df, normal_quantile(confidence))
        when df >= 1 and confidence_level(confidence) is not null
            then
                sqrt(df) * tan(
                    -- noqa: disable=PRS,LT01
                    list_reduce(
                        list_transform(range(14), lambda step: 0e0),
                        lambda angle, step: angle + (
                            confidence_level(confidence) - student_t_share(df, angle)
                        ) / student_t_density(df, angle),
                        atan(normal_quantile(confidence) / sqrt(df))
                    )
                )
    end
)
