/*
description: >-
  Every time a service passed from one provider to another, and what it cost before and after. A
  contract that its provider renews without a day between is no change; where several are there to
  take over, the one whose contract is newest does.
grain: one row per service, contract that ended and contract that took over
owner: commissioning@ashmere.example
columns:
  ended_date: Last day of the old provider.
  began_date: First day of the new provider's contract.
  changed_date: First day on which the old provider is gone and the new one there.
  gap_days: Days between them on which nobody was under contract.
  overlap_days: Days on which both were.
  area_codes: Areas where the service passed on, joined by commas; NULL for the whole borough.
  from_price_gbp: Yearly price of the old contract.
  to_price_gbp: Yearly price of the new contract.
  handover_days: Days the new provider has to see people who were in the middle of the service.
tests:
  - not_null: [contract_change_id, service_code, from_provider_id, to_provider_id]
  - not_null: [ended_date, began_date, changed_date, gap_days, overlap_days]
  - unique: [contract_change_id, area_codes]
  - expression: from_provider_id <> to_provider_id
  - expression: changed_date > ended_date and changed_date >= began_date
*/
with
contracts as (select * from core.dim_contract_area),
services as (select * from reference.service),
areas as (select * from core.dim_area),

-- Who delivers next, area by area: first by the day somebody does, then by the newer contract.
followers as (
    select
        endings.service_code,
        endings.area_code,
        endings.provider_id as from_provider_id,
        endings.to_date as ended_date,
        endings.annual_price_gbp as from_price_gbp,
        endings.area_codes as from_area_codes,
        contracts.provider_id as to_provider_id,
        contracts.from_date as began_date,
        contracts.annual_price_gbp as to_price_gbp,
        contracts.area_codes as to_area_codes,
        greatest(contracts.from_date, endings.to_date + 1) as changed_date,
        endings.provider_id = contracts.provider_id
        and endings.to_date + 1 = contracts.from_date as is_renewal
    from contracts as endings
    inner join contracts
        on
            endings.service_code = contracts.service_code
            and endings.area_code = contracts.area_code
            and endings.to_date < contracts.to_date
),

ordered as (
    select
        *,
        row_number() over (
            partition by service_code, area_code, from_provider_id, ended_date
            order by is_renewal desc, changed_date, began_date desc, to_provider_id
        ) as place
    from followers
),

changed as (
    select *
    from ordered
    where place = 1 and from_provider_id <> to_provider_id
),

borough as (select count(*) as area_count from areas),

joined as (
    select
        changed.service_code,
        changed.from_provider_id,
        changed.to_provider_id,
        changed.ended_date,
        changed.began_date,
        changed.changed_date,
        changed.from_price_gbp,
        changed.to_price_gbp,
        case
            when count(*) < borough.area_count
                then array_to_string(
                    list_sort(
                        list(changed.area_code) filter (where changed.area_code <> borough_code())
                    ),
                    ','
                )
        end as area_codes
    from changed
    cross join borough
    group by
        changed.service_code,
        changed.from_provider_id,
        changed.to_provider_id,
        changed.ended_date,
        changed.began_date,
        changed.changed_date,
        changed.from_price_gbp,
        changed.to_price_gbp,
        changed.from_area_codes,
        changed.to_area_codes,
        borough.area_count
    having
        count(*) = borough.area_count
        or count(*) filter (where changed.area_code <> borough_code()) > 0
),

described as (
    select
        joined.*,
        services.handover_days,
        concat_ws(
            ' ',
            joined.service_code,
            joined.from_provider_id,
            joined.to_provider_id,
            joined.ended_date
        ) as contract_change_id,
        date_diff('day', joined.ended_date, joined.changed_date) - 1 as gap_days,
        greatest(date_diff('day', joined.began_date, joined.ended_date) + 1, 0) as overlap_days
    from joined
    inner join services on joined.service_code = services.service_code
)

select
    contract_change_id::varchar as contract_change_id,
    service_code::varchar as service_code,
    from_provider_id::varchar as from_provider_id,
    to_provider_id::varchar as to_provider_id,
    ended_date::date as ended_date,
    began_date::date as began_date,
    changed_date::date as changed_date,
    gap_days::integer as gap_days,
    overlap_days::integer as overlap_days,
    area_codes::varchar as area_codes,
    from_price_gbp::decimal(18, 2) as from_price_gbp,
    to_price_gbp::decimal(18, 2) as to_price_gbp,
    handover_days::integer as handover_days
from described
