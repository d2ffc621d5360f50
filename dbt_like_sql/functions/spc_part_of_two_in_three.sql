/*
description: 1 for those points of a spc_two_in_three that are close to a limit, otherwise 0.
owner: data-engineering@ashmere.example
*/
create or replace macro spc_part_of_two_in_three(signal, close) as (
    coalesce(signal = 1 and close = 1, false)::integer
)
