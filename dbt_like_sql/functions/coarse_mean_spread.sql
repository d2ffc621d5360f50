/*
description: >-
  The standard deviation that goes with a mean shown from rounded counts, as times the mean, rounded
  up to quarters; at least half the mean, at most what one large amount among the rest can give.
owner: data-engineering@ashmere.example
# An exact deviation would tell amounts that are all alike, or all one person's, and with them the
# number of people (docs/disclosure.md).
*/
create or replace macro coarse_mean_spread(spread, numerator, denominator, shown_x, shown_n) as (
    abs(shown_x / nullif(shown_n * 1e0, 0)) * case
        when numerator = 0 then 0e0
        else least(
            greatest(
                ceil(4e0 * spread * denominator / abs(numerator * 1e0) - 1e-9) / 4e0, 0.5e0
            ),
            ceil(4e0 * sqrt(shown_n / 2e0)) / 4e0
        )
    end
)
