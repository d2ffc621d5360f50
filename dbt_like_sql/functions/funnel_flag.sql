/*
description: >-
  Label of a value's place in a funnel, with the probability of lying beyond that limit by chance;
  a value on a limit is within it. NULL when the value or a limit is.
owner: data-engineering@ashmere.example
*/
create or replace macro funnel_flag(value, lower998, lower95, upper95, upper998) as (
    case
        when value + lower998 + lower95 + upper95 + upper998 is null then null
        when value < lower998 then 'Low (0.001)'
        when value < lower95 then 'Low (0.025)'
        when value > upper998 then 'High (0.001)'
        when value > upper95 then 'High (0.025)'
        else 'Not significant'
    end
)
