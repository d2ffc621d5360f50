/*
description: >-
  Middle of a quantile's share of its partition's population, the quantiles in order: the relative
  rank of the quantile from 0 to 1. NULL when a population of the partition is not positive.
owner: data-engineering@ashmere.example
# The partition is one expression; a row of columns, (period_from, area_code), is one too.
*/
create or replace macro sii_midpoint(population, quantile, partition) as (
    case
        when
            count(*) over (partition by partition)
            = count(*) filter (where population > 0 and isfinite(population * 1e0))
                over (partition by partition)
            then
                (
                    sum(population * 1e0) over (partition by partition order by quantile)
                    - population / 2e0
                )
                / sum(population * 1e0) over (partition by partition)
    end
)
