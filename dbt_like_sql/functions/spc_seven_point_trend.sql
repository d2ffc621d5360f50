/*
description: >-
  1 where a point ends six rises in a row in its series, -1 where it ends six falls, otherwise 0;
  equal neighbours break a trend, and so does NULL.
owner: data-engineering@ashmere.example
*/
create or replace macro spc_seven_point_trend(value, series, period) as (
    case
        when
            value > lag(value, 1) over (partition by series order by period)
            and lag(value, 1) over (partition by series order by period)
            > lag(value, 2) over (partition by series order by period)
            and lag(value, 2) over (partition by series order by period)
            > lag(value, 3) over (partition by series order by period)
            and lag(value, 3) over (partition by series order by period)
            > lag(value, 4) over (partition by series order by period)
            and lag(value, 4) over (partition by series order by period)
            > lag(value, 5) over (partition by series order by period)
            and lag(value, 5) over (partition by series order by period)
            > lag(value, 6) over (partition by series order by period)
            then 1
        when
            value < lag(value, 1) over (partition by series order by period)
            and lag(value, 1) over (partition by series order by period)
            < lag(value, 2) over (partition by series order by period)
            and lag(value, 2) over (partition by series order by period)
            < lag(value, 3) over (partition by series order by period)
            and lag(value, 3) over (partition by series order by period)
            < lag(value, 4) over (partition by series order by period)
            and lag(value, 4) over (partition by series order by period)
            < lag(value, 5) over (partition by series order by period)
            and lag(value, 5) over (partition by series order by period)
            < lag(value, 6) over (partition by series order by period)
            then -1
        else 0
    end
)
