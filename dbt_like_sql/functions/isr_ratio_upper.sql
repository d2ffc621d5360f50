/*
description: >-
  Upper limit of isr_ratio_value: exact Poisson below 10 observed events, Byar from 10.
owner: data-engineering@ashmere.example
*/
create or replace macro isr_ratio_upper(x, n, x_ref, n_ref, refvalue, confidence) as (
    rate_upper(isr_observed(x), confidence)
    / nullif(isr_expected(n, x_ref, n_ref), 0) * refvalue
)
