/*
description: >-
  A permanent Unique Pupil Number with the right check letter, or NULL. Temporary numbers (ending in
  a letter) are NULL: two schools can give the same one. 4320 is what using ASCII codes instead of
  digits adds, 48 times the weights 2 to 13.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_upn(x) as (
    case
        when
            regexp_matches(without_separators(x), '^[A-HJ-NP-RT-Z][0-9]{12}$')
            and substr(without_separators(x), 1, 1) = substr(
                'ABCDEFGHJKLMNPQRTUVWXYZ',
                (
                    2 * ascii(substr(without_separators(x), 2, 1))
                    + 3 * ascii(substr(without_separators(x), 3, 1))
                    + 4 * ascii(substr(without_separators(x), 4, 1))
                    + 5 * ascii(substr(without_separators(x), 5, 1))
                    + 6 * ascii(substr(without_separators(x), 6, 1))
                    + 7 * ascii(substr(without_separators(x), 7, 1))
                    + 8 * ascii(substr(without_separators(x), 8, 1))
                    + 9 * ascii(substr(without_separators(x), 9, 1))
                    + 10 * ascii(substr(without_separators(x), 10, 1))
                    + 11 * ascii(substr(without_separators(x), 11, 1))
                    + 12 * ascii(substr(without_separators(x), 12, 1))
                    + 13 * ascii(substr(without_separators(x), 13, 1))
                    - 4320
                ) % 23 + 1,
                1
            )
            then without_separators(x)
    end
)
