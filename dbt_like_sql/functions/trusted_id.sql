/*
description: >-
  An identifier somebody we trust issued, as issuer:value, or NULL when there is no valid value.
owner: data-engineering@ashmere.example
*/
create or replace macro trusted_id(issuer, x) as (issuer || ':' || nullif(x, ''))
