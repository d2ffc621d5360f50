/*
description: >-
  The basis of a directly standardised rate, rounded to a step that at least the population behind
  two events fills; NULL without events.
owner: data-engineering@ashmere.example
# The exact basis would let anybody who knows the strata's populations work out in which strata the
# events fell, and through them the exact count (docs/disclosure.md).
*/
create or replace macro coarse_basis(basis, numerator) as (
    round(basis / step_of_1_2_5(2e0 * basis / nullif(numerator, 0)))
    * step_of_1_2_5(2e0 * basis / nullif(numerator, 0))
)
