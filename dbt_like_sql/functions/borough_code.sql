/*
description: Code of the whole borough; the only place it is written.
owner: data-engineering@ashmere.example
*/
create or replace macro borough_code() as (
    'E06900001'
)
