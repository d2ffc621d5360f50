/*
description: >-
  Last day of the return that holds a day, where one comes every so many months: month, quarter, or
  for anything longer the financial year.
owner: data-engineering@ashmere.example
*/
create or replace macro return_end(on_date, months) as (
    case
        when months <= 1
            then (date_trunc('month', on_date) + interval 1 month - interval 1 day)::date
        when months <= 3 then quarter_end(on_date)
        else financial_year_end(on_date)
    end
)
