/*
description: Upper limit of a value by its statistic, Wilson for proportions and Byar for rates.
owner: data-engineering@ashmere.example
*/
create or replace macro figure_upper(statistic, x, n, multiplier, confidence) as (
    case statistic
        when 'proportion' then multiplier * wilson_upper(x, n, confidence)
        when 'rate' then rate_upper(x, confidence) * (multiplier * 1e0) / nullif(n, 0)
    end
)
