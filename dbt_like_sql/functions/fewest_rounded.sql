/*
description: >-
  The smallest count that a disclosure policy shows as x: of those rounded to x, the first above the
  hidden range; NULL for NULL.
owner: data-engineering@ashmere.example
*/
create or replace macro fewest_rounded(x, hide_to, base, rounding) as (
    case
        when x is not null
            then
                greatest(
                    x - case rounding
                        when 'nearest' then base // 2
                        when 'midpoint' then base // 2 - 1
                    end,
                    hide_to + 1,
                    0
                )
    end
)
