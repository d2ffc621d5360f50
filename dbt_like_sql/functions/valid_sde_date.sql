/*
description: >-
  A day as national returns write it, CCYY-MM-DD or CCYYMMDD, in the first of these forms; NULL when
  it is written otherwise or no such day exists.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_sde_date(x) as (
    case
        when regexp_matches(trim(x), '^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$')
            then strftime(try_strptime(trim(x), '%Y-%m-%d'), '%Y-%m-%d')
        when regexp_matches(trim(x), '^[1-9][0-9]{3}[0-9]{4}$')
            then strftime(try_strptime(trim(x), '%Y%m%d'), '%Y-%m-%d')
    end
)
