/*
description: >-
  The number of answers that the yeses shown of a weighted proportion are its share of, by the
  coarse share that goes with the counts shown; all answers shown where nobody said yes.
owner: data-engineering@ashmere.example
*/
create or replace macro coarse_weighted_basis(basis, x, n, shown_x, shown_n, effect) as (
    case
        when x = 0 then shown_n
        else
            shown_x
            / nullif(
                coarse_weighted_share(x / nullif(basis, 0), x, n, shown_x, shown_n, effect), 0
            )
    end
)
