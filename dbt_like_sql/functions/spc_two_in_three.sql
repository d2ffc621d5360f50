/*
description: >-
  1 for the points of three in a row on one side of the mean of which two or three are close to a
  limit (beyond the near limit and within the limit), otherwise 0.
owner: data-engineering@ashmere.example
*/
create or replace macro spc_two_in_three(close, side, series, period) as (
    greatest(
        spc_is_trio(
            sum(close) over (partition by series order by period rows 2 preceding),
            sum(side) over (partition by series order by period rows 2 preceding)
        ),
        spc_is_trio(
            sum(close) over (
                partition by series order by period
                rows between 1 preceding and 1 following
            ),
            sum(side) over (
                partition by series order by period
                rows between 1 preceding and 1 following
            )
        ),
        spc_is_trio(
            sum(close) over (
                partition by series order by period
                rows between current row and 2 following
            ),
            sum(side) over (
                partition by series order by period
                rows between current row and 2 following
            )
        )
    )
)
