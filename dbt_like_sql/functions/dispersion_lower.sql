/*
description: >-
  Lower limit of a funnel whose groups vary by tau_squared beyond chance, at a basis n around an
  average of so many for one: additive random effects on the scale of dispersion_score.
owner: data-engineering@ashmere.example
# Spiegelhalter 2005, Qual Saf Health Care 14:347; NHS England, SHMI specification: ratios are
# average * exp(- z * sqrt(1 / expected + tau_squared)). Angles end at those of 0 and 1.
*/
create or replace macro dispersion_lower(
    statistic, n, average, tau_squared, multiplier, confidence
) as (
    case
        when tau_squared is null or not (n > 0 and average > 0) then null
        when statistic = 'proportion' and average < 1
            then
                power(
                    sin(
                        greatest(
                            asin(sqrt(average * 1e0))
                            - dispersion_reach(statistic, n, average, tau_squared, confidence),
                            0e0
                        )
                    ),
                    2
                )
                * multiplier
        when statistic in ('rate', 'isr', 'dsr')
            then
                average
                * exp(-dispersion_reach(statistic, n, average, tau_squared, confidence))
                * multiplier
    end
)
