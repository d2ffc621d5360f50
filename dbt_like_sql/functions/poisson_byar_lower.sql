/*
description: >-
  Byar's lower limit of a count; NULL for a count of 0 and
  wherever the formula falls below 0.
owner: data-engineering@ashmere.example
*/
create or replace macro poisson_byar_lower(x, confidence) as (
    case
        when
            x > 0
            and isfinite(x * 1e0)
            and 1e0 - 1e0 / (9e0 * x) - normal_quantile(confidence) / (3e0 * sqrt(x)) >= 0
            then x * power(1e0 - 1e0 / (9e0 * x) - normal_quantile(confidence) / (3e0 * sqrt(x)), 3)
    end
)
