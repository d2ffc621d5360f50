/*
description: >-
  Whether a target lies beyond the process limits, as consistent_pass, consistent_fail or
  inconsistent; NULL without a target or limits, with polarity neutral or an
  unknown one.
owner: data-engineering@ashmere.example
# A target on a limit is within it; a difference below 1e-12 of their size is rounding.
*/
create or replace macro spc_assurance(lpl, upl, target, polarity) as (
    case
        when not coalesce(isfinite((target + lpl + upl) * 1e0), false) then null
        when coalesce(known_polarity(polarity), 'neutral') = 'neutral' then null
        when target - upl > 1e-12 * (abs(lpl) + abs(upl))
            then
                case known_polarity(polarity)
                    when 'higher_is_better' then 'consistent_fail'
                    else 'consistent_pass'
                end
        when lpl - target > 1e-12 * (abs(lpl) + abs(upl))
            then
                case known_polarity(polarity)
                    when 'higher_is_better' then 'consistent_pass'
                    else 'consistent_fail'
                end
        else 'inconsistent'
    end
)
