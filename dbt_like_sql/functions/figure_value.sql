/*
description: >-
  Value of a figure by any statistic but a median, numerator / basis x multiplier; NULL without a
  basis or on a basis of 0.
owner: data-engineering@ashmere.example
# What the basis is: the denominator of a proportion, rate or mean; of an indirectly standardised
# ratio the number expected; of a directly standardised rate the population its numerator stands
# for; of a weighted proportion the answers its yeses are that share of; of a count 1. A median
# follows from its members' values, and from no two counts (indicators/middle.py).
*/
create or replace macro figure_value(numerator, basis, multiplier) as (
    numerator * (multiplier * 1e0) / nullif(basis, 0)
)
