/*
description: >-
  Quantile band of an area by its rank (1 for the first, ties share the lowest) among ranked areas,
  by PHE's rule; NULL when there are fewer areas than bands.
owner: data-engineering@ashmere.example
# PHEindicatormethods, phe_quantile. In floating point and in this order of operations, as there:
# from 14 bands an exact rule would give another band to a few ranks.
*/
create or replace macro quantile_of_rank(rank, ranked, nquantiles) as (
    case
        when rank >= 1 and ranked >= nquantiles and nquantiles >= 2
            then
                greatest(
                    floor(
                        (nquantiles + 1e0)
                        - ceil(((ranked + 1e0) - rank) / (ranked * 1e0 / nquantiles))
                    ),
                    1e0
                )::integer
    end
)
