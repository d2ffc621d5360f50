/*
description: Byar's upper limit of a count.
owner: data-engineering@ashmere.example
*/
create or replace macro poisson_byar_upper(x, confidence) as (
    case
        when x >= 0 and isfinite(x * 1e0)
            then
                (x + 1e0)
                * power(
                    1e0
                    - 1e0 / (9e0 * (x + 1e0))
                    + normal_quantile(confidence) / (3e0 * sqrt(x + 1e0)),
                    3
                )
    end
)
