/*
description: >-
  How far a funnel's limit lies from its average on the scale of dispersion_score, in a funnel whose
  groups vary by tau_squared beyond chance.
owner: data-engineering@ashmere.example
*/
create or replace macro dispersion_reach(statistic, n, average, tau_squared, confidence) as (
    case
        when tau_squared >= 0
            then
                normal_quantile(confidence)
                * sqrt(1e0 / dispersion_precision(statistic, n, average) + tau_squared)
    end
)
