/*
description: >-
  Indirectly standardised ratio, observed over expected events times refvalue (1 or 100); NULL for
  impossible input and when none are expected.
owner: data-engineering@ashmere.example
*/
create or replace macro isr_ratio_value(x, n, x_ref, n_ref, refvalue) as (
    isr_observed(x) * 1e0 / nullif(isr_expected(n, x_ref, n_ref), 0) * refvalue
)
