/*
description: >-
  A count as a disclosure policy shows it, NULL from hide_from to hide_to and rounded otherwise.
owner: data-engineering@ashmere.example
*/
create or replace macro disclosed_count(x, hide_from, hide_to, base, rounding) as (
    case when not x between hide_from and hide_to then rounded_count(x, base, rounding) end
)
