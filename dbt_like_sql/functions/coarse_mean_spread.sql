/*
description: >-
  The standard deviation that goes with a mean shown from rounded counts, as times the mean, rounded
  up to quarters; at least half the mean, at most what one large amount among the rest can give;
  NULL for a mean shown as 0.
owner: data-engineering@ashmere.example
# An exact deviation would tell amounts that are all alike, or all one person's, and with them the
# number of people (docs/disclosure.md). Times a mean of 0 it would be 0: an interval of no width,
# which says that every amount is 0.
*/
create or replace macro coarse_mean_spread(spread, numerator, denominator, shown_x, shown_n) as (
    abs(nullif(shown_x, 0) / nullif(shown_n * 1e0, 0)) * case
        when numerator <> 0
            then
                least(
                    greatest(
                        ceil(4e0 * spread * denominator / abs(numerator * 1e0) - 1e-9) / 4e0, 0.5e0
                    ),
                    ceil(4e0 * sqrt(shown_n / 2e0)) / 4e0
                )
    end
)
