/*
description: >-
  Where an interval lies to another (or to one value, given twice), -1 wholly below, 1 wholly above,
  0 neither; NULL where a limit is.
owner: data-engineering@ashmere.example
*/
create or replace macro compared_side(lower_limit, upper_limit, other_lower, other_upper) as (
    (lower_limit > other_upper)::integer - (upper_limit < other_lower)::integer
)
