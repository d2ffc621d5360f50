/*
description: >-
  The strongest signal a point is part of, in the words of NHSRplotthedots; beyond a limit is
  stronger than a trend, that than two in three, and that than a shift.
owner: data-engineering@ashmere.example
# A point where one trend ends and the next begins belongs to the next.
*/
create or replace macro spc_special_cause(
    value, side, outside, part_of_trend, part_of_two_in_three, part_of_shift, series, period
) as (
    case
        when outside <> 0 and side = 1 then 'Above UCL'
        when outside <> 0 then 'Below LCL'
        when part_of_trend <> 0
            then
                case
                    when
                        lead(part_of_trend) over (partition by series order by period) <> 0
                        and lead(value) over (partition by series order by period) > value
                        then '7 Point Trend (Increasing)'
                    when lead(part_of_trend) over (partition by series order by period) <> 0
                        then '7 Point Trend (Decreasing)'
                    when value > lag(value) over (partition by series order by period)
                        then '7 Point Trend (Increasing)'
                    else '7 Point Trend (Decreasing)'
                end
        when part_of_two_in_three <> 0 and side = 1 then '2 in 3 Above CL'
        when part_of_two_in_three <> 0 then '2 in 3 Below CL'
        when part_of_shift <> 0 and side = 1 then '7 Points Above CL'
        when part_of_shift <> 0 then '7 Points Below CL'
        else 'Common Cause'
    end
)
