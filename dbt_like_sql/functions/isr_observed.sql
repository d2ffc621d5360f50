/*
description: >-
  Events observed in a group's strata, NULL when one is negative or not finite; a stratum without
  a count has none.
owner: data-engineering@ashmere.example
*/
create or replace macro isr_observed(x) as (
    case
        when
            count(*) = count(*) filter (
                where coalesce(x, 0) >= 0 and isfinite(coalesce(x, 0) * 1e0)
            )
            then sum(coalesce(x, 0))
    end
)
