/*
description: >-
  Share x of n times the multiplier; NULL unless 0 <= x <= n and n > 0.
owner: data-engineering@ashmere.example
*/
create or replace macro proportion_value(x, n, multiplier) as (
    case
        when x >= 0 and x <= n and n > 0 and isfinite(n * 1e0) then x / (n * 1e0) * multiplier
    end
)
