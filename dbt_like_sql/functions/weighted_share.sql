/*
description: >-
  Share of a population who would say yes, from the x who did of the n who answered in each stratum
  of so many people: the strata's shares, weighted by their people; NULL for impossible input.
owner: data-engineering@ashmere.example
# Weighting-class adjustment for non-response (Särndal, Swensson and Wretman 1992, chapter 15). A
# stratum in which nobody answered tells nothing, and is left out with its people.
*/
create or replace macro weighted_share(x, n, population) as (
    case
        when
            count(*) = count(*) filter (where x between 0 and n and population >= n)
            then
                sum(population * 1e0 * x / n order by population, n, x) filter (where n > 0)
                / sum(population * 1e0 order by population) filter (where n > 0)
    end
)
