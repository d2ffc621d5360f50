/*
description: First day of the calendar quarter that holds a day.
owner: data-engineering@ashmere.example
*/
create or replace macro quarter_start(on_date) as (
    date_trunc('quarter', on_date)::date
)
