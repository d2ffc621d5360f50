/*
description: Last day (31 March) of the financial year that holds a day.
owner: data-engineering@ashmere.example
*/
create or replace macro financial_year_end(on_date) as (
    (date_trunc('year', on_date - interval 3 month) + interval 15 month - interval 1 day)::date
)
