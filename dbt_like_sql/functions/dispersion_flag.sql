/*
description: >-
  The flag of a funnel, kept as far as the value also lies beyond the widened limits: widening never
  makes a flag, and never narrows a funnel. Without tau_squared the flag stands.
owner: data-engineering@ashmere.example
# value is per one, as average; flag is of funnel_flag.
*/
create or replace macro dispersion_flag(flag, statistic, value, n, average, tau_squared) as (
    case
        when flag is null then null
        when tau_squared is null or flag not in (
            'High (0.001)', 'High (0.025)', 'Low (0.001)', 'Low (0.025)'
        ) then flag
        when
            flag = 'High (0.001)'
            and value > dispersion_upper(statistic, n, average, tau_squared, 1, 0.998)
            then flag
        when
            flag = 'Low (0.001)'
            and value < dispersion_lower(statistic, n, average, tau_squared, 1, 0.998)
            then flag
        when
            flag like 'High%'
            and value > dispersion_upper(statistic, n, average, tau_squared, 1, 0.95)
            then 'High (0.025)'
        when
            flag like 'Low%'
            and value < dispersion_lower(statistic, n, average, tau_squared, 1, 0.95)
            then 'Low (0.025)'
        else 'Not significant'
    end
)
