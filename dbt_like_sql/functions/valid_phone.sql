/*
description: >-
  A UK telephone number as digits starting with 0 (+44 and 0044 read as 0, punctuation dropped), or
  NULL when it cannot be one.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_phone(x) as (
    case
        when
            regexp_matches(
                regexp_replace(
                    regexp_replace(x, '[^0-9+]', '', 'g'), '^(\+44|0044)0?', '0', 'g'
                ),
                '^0[1-9][0-9]{8,9}$'
            )
            then regexp_replace(
                regexp_replace(x, '[^0-9+]', '', 'g'), '^(\+44|0044)0?', '0', 'g'
            )
    end
)
