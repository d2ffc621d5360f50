/*
description: >-
  What dsr_value gives, in words: the rate and its multiplier, a whole number or a text, or that
  10 events are needed.
owner: data-engineering@ashmere.example
*/
create or replace macro dsr_statistic(x, multiplier) as (
    case
        when coalesce(sum(x), 0) < 10 then 'dsr NA for total count < 10'
        else 'dsr per ' || multiplier
    end
)
