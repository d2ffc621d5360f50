/*
description: >-
  A postcode in capitals without a space, or NULL when it cannot be a UK postcode. GIR 0AA is a real
  one outside the pattern of all others.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_postcode(x) as (
    case
        when
            regexp_matches(without_separators(x), '^[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}$')
            or without_separators(x) = 'GIR0AA'
            then without_separators(x)
    end
)
