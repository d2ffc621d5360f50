/*
description: >-
  The code M or F of the vocabulary sex_code, or NULL for its code U (unknown) and for anything
  the vocabulary does not know.
owner: data-engineering@ashmere.example
*/
create or replace macro known_sex(x) as (case when x in ('M', 'F') then x end)
