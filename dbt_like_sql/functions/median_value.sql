/*
description: >-
  Median of a group's values; NULL if one is NULL or not finite, as mean_value.
owner: data-engineering@ashmere.example
*/
create or replace macro median_value(x) as (
    case when count(*) = count(*) filter (where isfinite(x * 1e0)) then median(x * 1e0) end
)
