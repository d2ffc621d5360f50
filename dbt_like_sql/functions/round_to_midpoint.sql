/*
description: >-
  A count replaced by the middle of its block of `base` counts (1 to 6 by 3 when the base is 6);
  0 stays 0.
owner: data-engineering@ashmere.example
# OpenSAFELY, statistical disclosure control, midpoint 6 rounding. The base is even.
*/
create or replace macro round_to_midpoint(x, base) as (
    case when x = 0 then 0 else (ceil(x / base) * base - base / 2) end::bigint
)
