/*
description: >-
  How much groups vary beyond chance, as the variance between them by the method of moments; 0 where
  they vary no more than chance lets them.
owner: data-engineering@ashmere.example
# DerSimonian and Laird 1986, Control Clin Trials 7; Spiegelhalter 2005, Qual Saf Health Care 14.
# dispersion is the mean square score; precisions are those of dispersion_precision.
*/
create or replace macro dispersion_tau_squared(
    groups, dispersion, sum_of_precisions, sum_of_squared_precisions
) as (
    case
        when groups * dispersion < groups - 1 then 0e0
        else
            (groups * dispersion - (groups - 1))
            / nullif(
                sum_of_precisions * 1e0
                - sum_of_squared_precisions * 1e0 / nullif(sum_of_precisions, 0),
                0
            )
    end
)
