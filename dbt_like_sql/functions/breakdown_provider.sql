/*
description: The provider a row of an indicator is about, 'all' except in rows by provider.
owner: data-engineering@ashmere.example
*/
create or replace macro breakdown_provider(breakdown_type, breakdown) as (
    case breakdown_type when 'provider' then breakdown else 'all' end
)
