/*
description: >-
  Name of the interval method that belongs to a statistic and its count; none for a count, nor for
  a directly standardised rate of fewer than 10 events, which is not given, nor for a median of
  fewer than 6 members, which has no interval.
owner: data-engineering@ashmere.example
*/
create or replace macro figure_method(statistic, numerator) as (
    case
        when statistic in ('proportion', 'weighted_proportion') then 'Wilson'
        when statistic in ('rate', 'isr') then rate_method(numerator)
        when statistic = 'dsr' and numerator >= 10 then 'Dobson'
        when statistic = 'mean' then 't'
        when statistic = 'median' and numerator >= 6 then 'Order'
    end
)
