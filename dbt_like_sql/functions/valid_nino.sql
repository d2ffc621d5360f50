/*
description: >-
  A National Insurance number in capitals without spaces, or NULL when its prefix or shape is one
  that is never issued.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_nino(x) as (
    case
        when
            regexp_matches(
                without_separators(x), '^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]$'
            )
            and substr(without_separators(x), 1, 2) not in (
                'BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'
            )
            then without_separators(x)
    end
)
