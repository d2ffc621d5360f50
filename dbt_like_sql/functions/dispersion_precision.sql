/*
description: >-
  One over the variance that chance alone gives a figure on the scale of dispersion_score.
owner: data-engineering@ashmere.example
*/
create or replace macro dispersion_precision(statistic, n, average) as (
    case
        when not (n > 0 and average > 0) then null
        when statistic = 'proportion' then 4e0 * n
        when statistic in ('rate', 'isr', 'dsr') then n * average * 1e0
    end
)
