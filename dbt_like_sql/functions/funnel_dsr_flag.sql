/*
description: >-
  funnel_rate_flag of a directly standardised rate, which does not apply below 10 events; n is the
  population that the events stand for at the rate, as dsr_basis.
owner: data-engineering@ashmere.example
*/
create or replace macro funnel_dsr_flag(x, n, average) as (
    case
        when x >= 0 and x < 10 then 'Not applicable for events less than 10 for dsrs'
        else funnel_rate_flag(x, n, average)
    end
)
