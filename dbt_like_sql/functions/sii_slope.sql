/*
description: >-
  Slope of the line through the quantiles' values at their midpoints (sii_midpoint), weighted by
  population: the slope index of inequality. NULL when a value or a midpoint is, for fewer than 5 or
  more than 100 quantiles, and for one that stands twice.
owner: data-engineering@ashmere.example
# Weighted least squares; the weighted mean of the midpoints is always one half, unless a quantile
# stands twice. Low and Low 2004, J Public Health 26.
*/
create or replace macro sii_slope(value, population, midpoint) as (
    case
        when
            count(*) between 5 and 100
            and count(*) = count(*) filter (
                where isfinite(value * 1e0) and population > 0 and isfinite(midpoint)
            )
            and abs(sum(population * (midpoint - 0.5e0) order by midpoint)) < 1e-9 * sum(population)
            then
                sum(population * (midpoint - 0.5e0) * value order by midpoint)
                / sum(population * power(midpoint - 0.5e0, 2) order by midpoint)
    end
)
