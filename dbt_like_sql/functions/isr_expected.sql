/*
description: >-
  Events to be expected in a group at the reference's rates, from the population n and the
  reference's events and population of each stratum; NULL for impossible input.
owner: data-engineering@ashmere.example
# A stratum without a population or without reference events expects none.
*/
create or replace macro isr_expected(n, x_ref, n_ref) as (
    case
        when
            count(*) = count(*) filter (
                where coalesce(n, 0) >= 0
                and coalesce(x_ref, 0) >= 0
                and n_ref > 0
                and isfinite((coalesce(n, 0) + coalesce(x_ref, 0) + n_ref) * 1e0)
            )
            then sum(coalesce(n, 0) * 1e0 * coalesce(x_ref, 0) / n_ref order by n, x_ref, n_ref)
    end
)
