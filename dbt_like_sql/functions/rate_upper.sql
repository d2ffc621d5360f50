/*
description: Upper limit of a count of events, exact Poisson below 10 and Byar from 10.
owner: data-engineering@ashmere.example
*/
create or replace macro rate_upper(x, confidence) as (
    case
        when x < 10 then poisson_exact_upper(x, confidence)
        else poisson_byar_upper(x, confidence)
    end
)
