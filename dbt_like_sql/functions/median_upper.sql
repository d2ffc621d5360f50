/*
description: >-
  Upper limit of the median of a group's values: the distribution-free interval between two of the
  values; NULL for fewer values than the confidence needs (6 at 95 %, 10 at 99.8 %).
owner: data-engineering@ashmere.example
*/
create or replace macro median_upper(x, confidence) as (
    case
        when median_value(x) is not null
            then list(x * 1e0 order by x)[count(x) + 1 - median_rank(count(x), confidence)]
    end
)
