/*
description: >-
  Quantile band of a value among the values of its partition, by PHE's rank rule; invert gives the
  highest values the lowest band. NULL values have no band and do not count.
owner: data-engineering@ashmere.example
# The partition is one expression; a row of columns, (period_from, indicator_id), is one too.
*/
create or replace macro quantile_band(value, nquantiles, invert, partition) as (
    case
        when isfinite(value * 1e0)
            then
                quantile_of_rank(
                    rank() over (
                        partition by partition, isfinite(value * 1e0)
                        order by case when invert then -value else value end
                    ),
                    count(value) filter (where isfinite(value * 1e0)) over (partition by partition),
                    nquantiles
                )
    end
)
