/*
description: >-
  1 where a point and the six before it in its series lie on one side of the mean, otherwise 0; side
  is 1 above, -1 below and 0 on the mean, which breaks a run, and so does NULL.
owner: data-engineering@ashmere.example
# The rules of Making Data Count as NHSRplotthedots 0.2.2 has them, R/ptd_calculate_point_type.R.
# series is one expression; a row of columns, (indicator_id, area_code), is one too.
*/
create or replace macro spc_seven_on_one_side(side, series, period) as (
    coalesce(
        abs(sum(side) over (partition by series order by period rows 6 preceding)) = 7, false
    )::integer
)
