/*
title: Which figures are withheld, and why?
note: >-
  Figures without a value, by indicator and reason.
*/
select
    title,
    breakdown_type,
    case shorthand
        when '[c]' then 'confidential: small numbers could tell about people'
        when '[x]' then 'not yet available: follow-up or reporting is not complete'
        when '[z]' then 'not applicable: nobody to count'
    end as reason,
    count(*) as figures,
    min(period_from) as first_period_from,
    max(period_from) as last_period_from
from figure
where value is null
group by title, breakdown_type, shorthand
order by title, breakdown_type, shorthand
