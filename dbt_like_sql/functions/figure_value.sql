/*
description: Value of a proportion or rate, x of n times the multiplier; NULL when n is 0.
owner: data-engineering@ashmere.example
*/
create or replace macro figure_value(x, n, multiplier) as (
    x * (multiplier * 1e0) / nullif(n, 0)
)
