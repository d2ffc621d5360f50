/*
description: >-
  The ten bare digits of an NHS number whose Modulus 11 check digit is right, or NULL. Ten times
  the same digit (4444444444) passes Modulus 11 but is never issued, so it is NULL too. So are
  numbers that begin with 0, 1 or 2 (Scottish CHI numbers, which begin with a day of birth) and with
  5 or 8 (no range was ever issued there). England, Wales and the Isle of Man were given 4, 6 and 7;
  3 is shared with Northern Ireland and Scotland; 999 is for test patients, whom a contract that
  wants none of them has to rule out by a rule of its own.
  ASCII codes stand in for digits: the surplus 48 per digit, times weights that add up to 55, is a
  multiple of 11, so nothing has to be cast and nothing can fail.
owner: data-engineering@ashmere.example
*/
create or replace macro valid_nhs_number(x) as (
    case
        when
            regexp_matches(without_separators(x), '^[34679][0-9]{9}$')
            and without_separators(x) <> repeat(substr(without_separators(x), 1, 1), 10)
            and (
                10 * ascii(substr(without_separators(x), 1, 1))
                + 9 * ascii(substr(without_separators(x), 2, 1))
                + 8 * ascii(substr(without_separators(x), 3, 1))
                + 7 * ascii(substr(without_separators(x), 4, 1))
                + 6 * ascii(substr(without_separators(x), 5, 1))
                + 5 * ascii(substr(without_separators(x), 6, 1))
                + 4 * ascii(substr(without_separators(x), 7, 1))
                + 3 * ascii(substr(without_separators(x), 8, 1))
                + 2 * ascii(substr(without_separators(x), 9, 1))
                + ascii(substr(without_separators(x), 10, 1))
            ) % 11 = 0
            then without_separators(x)
    end
)
