/*
description: >-
  dsr_spread where a person may have several events: x_squares is the sum over the persons of
  an age band of their number of events squared.
owner: data-engineering@ashmere.example
# With x_squares = x, one event a person, this is the variance of independent events.
*/
create or replace macro dsr_repeat_spread(x, x_squares, n, stdpop) as (
    sqrt(
        sum(power(stdpop * 1e0 / n, 2) * coalesce(x_squares, 0) order by stdpop, x_squares, n)
        / dsr_total(x, n, stdpop)
    )
    / nullif(sum(stdpop * 1e0 order by stdpop), 0)
)
