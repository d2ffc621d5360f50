/*
description: >-
  Two-sided standard normal quantile of the two published levels, 0.95 and 0.998;
  other levels give NULL.
owner: data-engineering@ashmere.example
*/
create or replace macro normal_quantile(confidence) as (
    case confidence
        when 0.95 then 1.959963984540054e0
        when 0.998 then 3.090232306167813e0
    end
)
