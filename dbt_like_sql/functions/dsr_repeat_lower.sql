/*
description: >-
  Lower limit of dsr_value by Dobson's method where a person may have several events: x_squares is
  the sum over the persons of an age band of their number of events squared.
owner: data-engineering@ashmere.example
*/
create or replace macro dsr_repeat_lower(x, x_squares, n, stdpop, multiplier, confidence) as (
    multiplier * (
        dsr_rate(x, n, stdpop)
        + dsr_repeat_spread(x, x_squares, n, stdpop)
        * (poisson_byar_lower(dsr_total(x, n, stdpop), confidence) - dsr_total(x, n, stdpop))
    )
)
