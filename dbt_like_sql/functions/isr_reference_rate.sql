/*
description: >-
  Crude rate of the reference for one person, from its events and population by stratum; NULL for
  impossible input.
owner: data-engineering@ashmere.example
*/
create or replace macro isr_reference_rate(x_ref, n_ref) as (
    case
        when count(*) = count(*) filter (where coalesce(x_ref, 0) >= 0 and n_ref > 0)
            then sum(coalesce(x_ref, 0)) * 1e0 / nullif(sum(n_ref), 0)
    end
)
