/*
description: >-
  A count rounded to a base: 'nearest' to its nearest multiple, 'midpoint' to the middle of its
  block.
owner: data-engineering@ashmere.example
*/
create or replace macro rounded_count(x, base, rounding) as (
    case rounding
        when 'nearest' then round_to_base(x, base)
        when 'midpoint' then round_to_midpoint(x, base)
    end
)
