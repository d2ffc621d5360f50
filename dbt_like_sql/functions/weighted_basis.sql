/*
description: >-
  The number of answers that a weighted share's yeses are that share of: yeses divided by share; all
  answers where nobody said yes. NULL as weighted_share.
owner: data-engineering@ashmere.example
*/
create or replace macro weighted_basis(x, n, population) as (
    case
        when weighted_share(x, n, population) > 0
            then sum(x) * 1e0 / weighted_share(x, n, population)
        when weighted_share(x, n, population) = 0 then sum(n) * 1e0
    end
)
