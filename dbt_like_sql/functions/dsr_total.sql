/*
description: >-
  Events of a group's age bands where a directly standardised rate can be had: NULL below 10
  events, and when a band's events are negative, its population not positive or its weight negative.
owner: data-engineering@ashmere.example
# The rule of 10 is PHE's (calculate_dsr). A band without a count has no events.
*/
create or replace macro dsr_total(x, n, stdpop) as (
    case
        when
            count(*) = count(*) filter (
                where coalesce(x, 0) >= 0
                and n > 0
                and stdpop >= 0
                and isfinite((coalesce(x, 0) + n + stdpop) * 1e0)
            )
            and sum(coalesce(x, 0)) >= 10
            and sum(stdpop) > 0
            then sum(coalesce(x, 0))
    end
)
