/*
description: >-
  A birth date from text in the given strptime format, or NULL when it cannot be read, is a default
  such as 1 January 1900 or earlier, or lies after the last day the delivery speaks about.
owner: data-engineering@ashmere.example
*/
create or replace macro birth_date(x, pattern, latest) as (
    case
        when
            try_strptime(x, pattern)::date > date '1900-01-01'
            and try_strptime(x, pattern)::date <= coalesce(latest, date '9999-12-31')
            then try_strptime(x, pattern)::date
    end
)
