/*
description: >-
  Which group of a breakdown type somebody counts in: 'all' of a total, else the ward, provider,
  sex or age band; NULL where that is not known.
owner: data-engineering@ashmere.example
*/
create or replace macro breakdown_of(
    breakdown_type, area_code, provider_id, sex_code, age_band
) as (
    case breakdown_type
        when 'total' then 'all'
        when 'area' then area_code
        when 'provider' then provider_id
        when 'sex' then sex_code
        when 'age_band' then age_band
    end
)
