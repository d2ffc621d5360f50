/*
description: >-
  The rounded part of rounded answers times a factor to a coarse step, never 0 and never 1; NULL
  where the part is shown as 0.
owner: data-engineering@ashmere.example
# effect is the design effect as shown: where weights differ much, one answer moves the factor more.
*/
create or replace macro coarse_weighted_part(factor, part, shown_n, effect) as (
    least(
        part * 1e0 / nullif(shown_n, 0)
        * greatest(round(factor / least(step_of_1_2_5(2e0 * effect / nullif(part, 0)), 1e0)), 1e0)
        * least(step_of_1_2_5(2e0 * effect / nullif(part, 0)), 1e0),
        1e0 - 1e0 / nullif(shown_n, 0)
    )
)
