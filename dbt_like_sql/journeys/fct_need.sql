/*
description: >-
  Every time a provider saw that somebody needs a service, and whether and when that service reached
  them.
grain: one row per need, citizen and day on which it was seen after none had been for its window
owner: commissioning@ashmere.example
columns:
  need_id: The need and the event that shows it, with a space between.
  need_code: Need in needs.yaml.
  event_id: The event that shows it; of several on one day the first by id.
  seen_by_provider_id: Provider whose event it is.
  area_code: Ward of residence.
  to_service_code: Service meant to meet it.
  to_provider_id: Provider under contract for that service in the ward on the day; of several the
    first by id; NULL where nobody is.
  seen_date: Day it was seen. Further signs within the window of the last are the same need.
  due_date: Last day of the window.
  met_date: First day within the window on which the service reached the citizen; NULL where it did
    not, or has not yet.
  met_event_id: The event that shows it.
  met_days: Whole days from being seen to being met.
  is_met: Met within the window.
  is_mature: Everybody under contract for the service has reported for every day of the window.
tests:
  - not_null: [need_id, need_code, event_id, citizen_id, seen_by_provider_id, to_service_code]
  - not_null: [seen_date, due_date, is_met, is_mature]
  - unique: [need_id]
  - unique: [need_code, citizen_id, seen_date]
  - relationships: {column: citizen_id, to: core.dim_citizen}
  - expression: met_date is null or met_date between seen_date and due_date
*/
with
needs as (select * from reference.need),
signs as (select * from reference.need_sign),
met_kinds as (select * from reference.need_service_event),
contracts as (select * from core.dim_contract_area),
reporting as (select * from core.dim_service_reporting),
citizens as (select * from core.dim_citizen),
events as (select * from core.fct_service_event),

shown as (
    select
        signs.need_code,
        signs.from_age,
        events.event_id,
        events.citizen_id,
        events.provider_id as seen_by_provider_id,
        citizens.area_code,
        citizens.birth_month,
        case signs.starts
            when 'referred' then events.referred_date
            when 'event_start' then events.event_from_date
            when 'event_end' then events.event_to_date
        end as seen_date
    from events
    inner join citizens on events.citizen_id = citizens.citizen_id
    inner join signs
        on
            events.service_code = signs.service_code
            and events.event_code = signs.event_code
            and coalesce(signs.detail_code, events.detail_code, '')
            = coalesce(events.detail_code, '')
            and coalesce(signs.outcome_code, events.outcome_code, '')
            = coalesce(events.outcome_code, '')
            and coalesce(signs.to_service_code, events.to_service_code, '')
            = coalesce(events.to_service_code, '')
),

on_a_day as (
    select
        *,
        row_number() over (
            partition by need_code, citizen_id, seen_date
            order by event_id
        ) as place
    from shown
    where
        seen_date is not null
        and (from_age is null or age_in_years(birth_month, seen_date) >= from_age)
),

followed as (
    select
        on_a_day.need_code,
        on_a_day.event_id,
        on_a_day.citizen_id,
        on_a_day.seen_by_provider_id,
        on_a_day.area_code,
        on_a_day.seen_date,
        needs.to_service_code,
        needs.within_days,
        lag(on_a_day.seen_date) over (
            partition by on_a_day.need_code, on_a_day.citizen_id
            order by on_a_day.seen_date
        ) as seen_before_date
    from on_a_day
    inner join needs on on_a_day.need_code = needs.need_code
    where on_a_day.place = 1
),

first_seen as (
    select
        *,
        need_code || ' ' || event_id as need_id,
        seen_date + within_days as due_date
    from followed
    where
        seen_before_date is null
        or date_diff('day', seen_before_date, seen_date) > within_days
),

reached as (
    select
        first_seen.need_id,
        events.event_id as met_event_id,
        events.event_from_date as met_date,
        row_number() over (
            partition by first_seen.need_id
            order by events.event_from_date, events.event_id
        ) as place
    from first_seen
    inner join met_kinds on first_seen.need_code = met_kinds.need_code
    inner join events
        on
            first_seen.citizen_id = events.citizen_id
            and first_seen.to_service_code = events.service_code
            and met_kinds.event_code = events.event_code
            and coalesce(met_kinds.detail_code, events.detail_code, '')
            = coalesce(events.detail_code, '')
            and events.event_from_date between first_seen.seen_date and first_seen.due_date
),

first_met as (select * from reached where place = 1),

responsible as (
    select
        first_seen.need_id,
        min(contracts.provider_id) as to_provider_id
    from first_seen
    inner join contracts
        on
            first_seen.to_service_code = contracts.service_code
            and coalesce(first_seen.area_code, borough_code()) = contracts.area_code
            and first_seen.seen_date between contracts.from_date and contracts.to_date
    group by first_seen.need_id
),

answered as (
    select
        first_seen.*,
        responsible.to_provider_id,
        first_met.met_date,
        first_met.met_event_id,
        date_diff('day', first_seen.seen_date, first_met.met_date) as met_days,
        first_met.met_date is not null as is_met,
        reporting.reported_from is not null as is_mature
    from first_seen
    left join first_met on first_seen.need_id = first_met.need_id
    left join responsible on first_seen.need_id = responsible.need_id
    left join reporting
        on
            first_seen.to_service_code = reporting.service_code
            and first_seen.seen_date >= reporting.reported_from
            and first_seen.due_date <= reporting.reported_to
)

select
    need_id::varchar as need_id,
    need_code::varchar as need_code,
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    seen_by_provider_id::varchar as seen_by_provider_id,
    area_code::varchar as area_code,
    to_service_code::varchar as to_service_code,
    to_provider_id::varchar as to_provider_id,
    seen_date::date as seen_date,
    due_date::date as due_date,
    met_date::date as met_date,
    met_event_id::varchar as met_event_id,
    met_days::integer as met_days,
    is_met::boolean as is_met,
    is_mature::boolean as is_mature
from answered
