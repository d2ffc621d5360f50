/*
description: >-
  By how many standard errors x of n lies from an average, on a scale on which its spread does not
  depend on the average: the logarithm of a ratio or rate, the arcsine of a proportion's root.
owner: data-engineering@ashmere.example
# Ratios: SHMI specification; 0 events count as half a one, whose logarithm exists. Proportions:
# Spiegelhalter and others 2012, J R Stat Soc A 175.
*/
create or replace macro dispersion_score(statistic, x, n, average) as (
    case
        when not (x >= 0 and n > 0 and average > 0) then null
        when statistic = 'proportion' and x <= n and average < 1
            then 2e0 * sqrt(n * 1e0) * (asin(sqrt(x * 1e0 / n)) - asin(sqrt(average * 1e0)))
        when statistic in ('rate', 'isr', 'dsr')
            then sqrt(n * average * 1e0) * ln(greatest(x * 1e0, 0.5e0) / (n * average * 1e0))
    end
)
