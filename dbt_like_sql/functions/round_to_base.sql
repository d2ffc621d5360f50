/*
description: A count rounded to the nearest multiple of a base, halves upwards.
owner: data-engineering@ashmere.example
*/
create or replace macro round_to_base(x, base) as (
    (floor((x + base / 2) / base) * base)::bigint
)
