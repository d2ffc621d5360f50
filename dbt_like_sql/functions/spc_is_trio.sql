/*
description: >-
  1 when of three points two or three are close to a limit and all lie on one side of the mean
  (their sides, 1 or -1, add up to 3 or -3), otherwise 0.
owner: data-engineering@ashmere.example
*/
create or replace macro spc_is_trio(close_points, side_sum) as (
    coalesce(close_points >= 2 and abs(side_sum) = 3, false)::integer
)
