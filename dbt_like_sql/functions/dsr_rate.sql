/*
description: >-
  Directly standardised rate for one person of the standard population, from the events x, the
  population n and the standard population of each age band; NULL as dsr_total.
owner: data-engineering@ashmere.example
*/
create or replace macro dsr_rate(x, n, stdpop) as (
    case
        when dsr_total(x, n, stdpop) is not null
            then
                sum(stdpop * 1e0 * coalesce(x, 0) / n order by stdpop, x, n)
                / sum(stdpop * 1e0 order by stdpop)
    end
)
