/*
description: Wilson's upper limit of x of n as a share of 1; NULL unless 0 <= x <= n and n > 0.
owner: data-engineering@ashmere.example
*/
create or replace macro wilson_upper(x, n, confidence) as (
    case
        when x = n and n > 0 then 1e0
        when x >= 0 and x <= n and n > 0
            then
                (
                    2e0 * x
                    + power(normal_quantile(confidence), 2)
                    + normal_quantile(confidence)
                    * sqrt(power(normal_quantile(confidence), 2) + 4e0 * x * (1e0 - x / (n * 1e0)))
                )
                / (2e0 * (n + power(normal_quantile(confidence), 2)))
    end
)
