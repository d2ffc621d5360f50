/*
description: Name of the whole borough; the only place it is written.
owner: data-engineering@ashmere.example
*/
create or replace macro borough_name() as (
    'Ashmere'
)
