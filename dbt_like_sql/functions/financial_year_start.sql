/*
description: First day (1 April) of the financial year that holds a day.
owner: data-engineering@ashmere.example
*/
create or replace macro financial_year_start(on_date) as (
    (date_trunc('year', on_date - interval 3 month) + interval 3 month)::date
)
