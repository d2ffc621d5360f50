/*
description: >-
  Exact Poisson lower limit of a whole count below 10 at 95 % and 99.8 %;
  other input gives NULL.
owner: data-engineering@ashmere.example
# Half the chi-squared quantile of 2x degrees of freedom;
# SQL has no such function, hence the table.
*/
create or replace macro poisson_exact_lower(x, confidence) as (
    case
        when confidence = 0.95
            then case x
                when 0 then 0.0e0
                when 1 then 0.025317807984289897e0
                when 2 then 0.24220927854396507e0
                when 3 then 0.6186721228956015e0
                when 4 then 1.089865373626325e0
                when 5 then 1.623486390118421e0
                when 6 then 2.201894253490851e0
                when 7 then 2.814363051519867e0
                when 8 then 3.4538321767485023e0
                when 9 then 4.115373097378334e0
            end
        when confidence = 0.998
            then case x
                when 0 then 0.0e0
                when 1 then 0.0010005003335835346e0
                when 2 then 0.045402017769489565e0
                when 3 then 0.19053337756840327e0
                when 4 then 0.42855241362842295e0
                when 5 then 0.7393717319178327e0
                when 6 then 1.1071046602556396e0
                when 7 then 1.5203362603988093e0
                when 8 then 1.9708139217403662e0
                when 9 then 2.452424404363775e0
            end
    end
)
