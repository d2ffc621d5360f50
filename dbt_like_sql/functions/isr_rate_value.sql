/*
description: >-
  Indirectly standardised rate per multiplier: the indirectly standardised ratio times the crude
  rate of the reference.
owner: data-engineering@ashmere.example
*/
create or replace macro isr_rate_value(x, n, x_ref, n_ref, multiplier) as (
    isr_ratio_value(x, n, x_ref, n_ref, multiplier) * isr_reference_rate(x_ref, n_ref)
)
