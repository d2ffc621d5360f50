/*
description: >-
  1 for each of the seven points behind a signal (1 or -1) of spc_seven_on_one_side or
  spc_seven_point_trend, otherwise 0.
owner: data-engineering@ashmere.example
*/
create or replace macro spc_part_of_seven(signal, series, period) as (
    max(abs(signal)) over (
        partition by series order by period
        rows between current row and 6 following
    )
)
