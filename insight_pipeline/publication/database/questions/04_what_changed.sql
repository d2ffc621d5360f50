/*
title: What changed since the last release?
note: >-
  One row per indicator and kind of change; from what_changed() gives every figure. Nothing in a
  first release.
*/
select
    title,
    change,
    reason_code,
    count(*) as figures,
    min(period_from) as first_period_from,
    max(period_from) as last_period_from,
    max(abs(difference)) as largest_difference
from what_changed()
group by title, change, reason_code
order by title, change, reason_code
