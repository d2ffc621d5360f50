/*
description: >-
  Exact Poisson lower limit of a count (Garwood 1936), whole or not; NULL for a negative one and
  for a confidence level that is no level.
owner: data-engineering@ashmere.example
# Half the chi-squared quantile of 2x degrees of freedom.
# SQL has no such function: a table for the counts and levels that are published, else a search.
*/
create or replace macro poisson_exact_lower(x, confidence) as (
    case
        when confidence in (0.95, 95) and x in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
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
        when confidence in (0.998, 99.8) and x in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
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
        when x = 0 and confidence_level(confidence) is not null then 0e0
        when x > 0 and x < 500 and confidence_level(confidence) is not null
            then poisson_solved_lower(x, (1e0 - confidence_level(confidence)) / 2e0)
        when x >= 500 and isfinite(x * 1e0)
            then poisson_limit_expansion(x, -normal_quantile(confidence))
    end
)
