/*
description: >-
  Mean of a group's values; NULL if one is NULL or not finite, as in PHEindicatormethods
  phe_mean.
owner: data-engineering@ashmere.example
# In the order of the values, so that the last digit does not depend on the order of the rows.
*/
create or replace macro mean_value(x) as (
    case when count(*) = count(*) filter (where isfinite(x * 1e0)) then avg(x * 1e0 order by x) end
)
