/*
description: >-
  Upper limit of the mean of a group's values by Student's t; NULL for fewer than 2 values and
  where mean_value is NULL.
owner: data-engineering@ashmere.example
*/
create or replace macro mean_upper(x, confidence) as (
    mean_value(x) + mean_margin(stddev_samp(x * 1e0 order by x), count(x), confidence)
)
