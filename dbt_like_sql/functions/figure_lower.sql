/*
description: Lower limit of a value by its statistic, Wilson for proportions and Byar for rates.
owner: data-engineering@ashmere.example
*/
create or replace macro figure_lower(statistic, x, n, multiplier, confidence) as (
    case statistic
        when 'proportion' then multiplier * wilson_lower(x, n, confidence)
        when 'rate' then rate_lower(x, confidence) * (multiplier * 1e0) / nullif(n, 0)
    end
)
