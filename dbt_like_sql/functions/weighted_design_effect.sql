/*
description: >-
  By how much unequal weights lessen what n answers tell: answers divided by Kish's effective number
  of them, from the n who answered in each stratum of so many people; 1 where all weigh the same.
owner: data-engineering@ashmere.example
# Kish 1965, Survey sampling, section 11.7: (sum of weights)^2 / sum of squared weights, where each
# of a stratum's answers weighs population / n.
*/
create or replace macro weighted_design_effect(n, population) as (
    sum(n) * 1e0
    * sum(population * 1e0 * population / n order by population, n) filter (where n > 0)
    / power(sum(population * 1e0 order by population) filter (where n > 0), 2)
)
