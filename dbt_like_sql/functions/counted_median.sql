/*
description: >-
  Median of members who are counted by value: of each value, how many members have at most as much
  (up_to), and how many there are; NULL for nobody.
owner: data-engineering@ashmere.example
*/
create or replace macro counted_median(value, up_to, members) as (
    (
        min(value) filter (where 2 * up_to >= members)
        + min(value) filter (where 2 * up_to > members)
    ) / 2e0
)
