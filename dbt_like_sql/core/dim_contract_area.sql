/*
description: Where every contract holds, area by area.
grain: >-
  one row per contract and area; of a contract for the whole borough every ward, and the borough
owner: data-engineering@ashmere.example
columns:
  area_code: An area the contract covers; the borough's code where it covers all of it.
  area_codes: The wards the contract names, joined by commas; NULL where it covers the borough.
tests:
  - not_null: [service_code, provider_id, from_date, to_date, area_code]
  - unique: [service_code, provider_id, from_date, area_code]
  - relationships: {column: area_code, to: core.dim_area}
*/
with
contracts as (select * from reference.service_contract),
areas as (select * from core.dim_area),

-- Named wards are taken as they are, so that one there is not fails the relationship.
named as (
    select
        contracts.*,
        listed.area_code
    from contracts
    cross join unnest(string_split(contracts.area_codes, ',')) as listed (area_code)
    where contracts.area_codes is not null
),

everywhere as (
    select
        contracts.*,
        areas.area_code
    from contracts
    cross join areas
    where contracts.area_codes is null
),

covered as (
    select * from named
    union all
    select * from everywhere
)

select
    service_code::varchar as service_code,
    provider_id::varchar as provider_id,
    from_date::date as from_date,
    to_date::date as to_date,
    annual_price_gbp::decimal(18, 2) as annual_price_gbp,
    area_codes::varchar as area_codes,
    area_code::varchar as area_code
from covered
