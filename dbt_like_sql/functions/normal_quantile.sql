/*
description: >-
  Two-sided standard normal quantile of a confidence level of 0.9 to below 1, or 90 to below 100;
  other levels give NULL.
owner: data-engineering@ashmere.example
# The two published levels stand as constants: they must never move, not by a digit.
*/
create or replace macro normal_quantile(confidence) as (
    case
        when confidence in (0.95, 95) then 1.959963984540054e0
        when confidence in (0.998, 99.8) then 3.090232306167813e0
        when confidence_level(confidence) is not null
            then normal_tail_quantile((1e0 - confidence_level(confidence)) / 2e0)
    end
)
