/*
description: Last day of the calendar quarter that holds a day.
owner: data-engineering@ashmere.example
*/
create or replace macro quarter_end(on_date) as (
    (date_trunc('quarter', on_date) + interval 3 month - interval 1 day)::date
)
