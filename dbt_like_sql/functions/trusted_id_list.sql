/*
description: >-
  A list of trusted identifiers without its NULLs, an empty list when none is left. Identifiers
  never hold a vertical bar, so joining and splitting on one is safe.
owner: data-engineering@ashmere.example
*/
create or replace macro trusted_id_list(ids) as (
    case
        when coalesce(array_to_string(ids, '|'), '') = '' then []::varchar[]
        else string_split(array_to_string(ids, '|'), '|')
    end
)
