/*
description: >-
  Exact Poisson upper limit of a count (Garwood 1936), whole or not; NULL for a negative one and
  for a confidence level that is no level.
owner: data-engineering@ashmere.example
# Half the chi-squared quantile of 2x + 2 degrees of freedom.
# SQL has no such function: a table for the counts and levels that are published, else a search.
*/
create or replace macro poisson_exact_upper(x, confidence) as (
    case
        when confidence in (0.95, 95) and x in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
            then case x
                when 0 then 3.6888794541139354e0
                when 1 then 5.571643390938898e0
                when 2 then 7.22468766772396e0
                when 3 then 8.767273069742323e0
                when 4 then 10.241588675403694e0
                when 5 then 11.66833207932267e0
                when 6 then 13.059474022518685e0
                when 7 then 14.422675361702376e0
                when 8 then 15.763189220193313e0
                when 9 then 17.084803451419166e0
            end
        when confidence in (0.998, 99.8) and x in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
            then case x
                when 0 then 6.907755278982137e0
                when 1 then 9.233413476451585e0
                when 2 then 11.228872242412661e0
                when 3 then 13.06224077918807e0
                when 4 then 14.79414922253721e0
                when 5 then 16.454745203680105e0
                when 6 then 18.061636840199064e0
                when 7 then 19.626177395384232e0
                when 8 then 21.15619816583998e0
                when 9 then 22.65737330906293e0
            end
        when x >= 0 and x < 500 and confidence_level(confidence) is not null
            then
                poisson_solved_upper(
                    x,
                    (1e0 - confidence_level(confidence)) / 2e0,
                    poisson_byar_upper(x, confidence)
                )
        when x >= 500 and isfinite(x * 1e0)
            then poisson_limit_expansion(x + 1, normal_quantile(confidence))
    end
)
