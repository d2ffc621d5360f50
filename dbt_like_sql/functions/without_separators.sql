/*
description: >-
  A number or code as written on paper, without the spaces and hyphens people put into it,
  in capitals.
owner: data-engineering@ashmere.example
*/
create or replace macro without_separators(x) as (upper(regexp_replace(x, '[ -]', '', 'g')))
