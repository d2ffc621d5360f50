/*
description: >-
  Half the width of the t interval of a mean, from the sample standard deviation and the number
  of values; NULL for fewer than 2.
owner: data-engineering@ashmere.example
*/
create or replace macro mean_margin(deviation, k, confidence) as (
    t_quantile(k - 1, confidence) * deviation / sqrt(k)
)
