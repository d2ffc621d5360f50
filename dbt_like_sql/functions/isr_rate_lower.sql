/*
description: >-
  Lower limit of isr_rate_value: exact Poisson below 10 observed events, Byar from 10.
owner: data-engineering@ashmere.example
*/
create or replace macro isr_rate_lower(x, n, x_ref, n_ref, multiplier, confidence) as (
    isr_ratio_lower(x, n, x_ref, n_ref, multiplier, confidence)
    * isr_reference_rate(x_ref, n_ref)
)
