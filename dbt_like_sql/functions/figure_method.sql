/*
description: Name of the interval method that belongs to a statistic and a count.
owner: data-engineering@ashmere.example
*/
create or replace macro figure_method(statistic, x) as (
    case statistic
        when 'proportion' then 'Wilson'
        when 'rate' then rate_method(x)
    end
)
