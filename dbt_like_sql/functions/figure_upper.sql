/*
description: >-
  Upper limit of a figure by its statistic. Proportions: Wilson. Rates and indirectly standardised
  ratios: Byar, below 10 events exact Poisson. Directly standardised rates: Dobson. Means: Student's
  t. Weighted proportions: Wilson at the effective number of answers. A count has none, and a median
  has it from its members' values (indicators/middle.py).
owner: data-engineering@ashmere.example
# basis and spread are those of indicators.figure; denominator is used where n is needed itself.
*/
create or replace macro figure_upper(
    statistic, numerator, basis, denominator, spread, multiplier, confidence
) as (
    case
        when statistic = 'proportion'
            then multiplier * wilson_upper(numerator, denominator, confidence)
        when statistic in ('rate', 'isr')
            then rate_upper(numerator, confidence) * (multiplier * 1e0) / nullif(basis, 0)
        when statistic = 'dsr' and numerator >= 10
            then
                (
                    numerator / nullif(basis, 0)
                    + spread * (poisson_byar_upper(numerator, confidence) - numerator)
                ) * multiplier
        when statistic = 'mean'
            then
                (
                    numerator / nullif(basis, 0)
                    + mean_margin(spread, denominator, confidence)
                ) * multiplier
        when statistic = 'weighted_proportion'
            then
                multiplier
                * wilson_upper(
                    least(numerator / nullif(basis, 0), 1e0) * denominator / nullif(spread, 0),
                    denominator / nullif(spread, 0),
                    confidence
                )
    end
)
