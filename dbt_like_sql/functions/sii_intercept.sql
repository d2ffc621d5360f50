/*
description: >-
  Value of the line of sii_slope at the disadvantaged end, rank 0; at the other end it is the
  intercept plus the slope.
owner: data-engineering@ashmere.example
*/
create or replace macro sii_intercept(value, population, midpoint) as (
    sum(population * value order by midpoint) / sum(population * 1e0 order by midpoint)
    - sii_slope(value, population, midpoint) / 2e0
)
