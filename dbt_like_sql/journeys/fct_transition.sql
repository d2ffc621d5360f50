/*
description: >-
  Everybody who was in the middle of a service when it passed to another provider, and whether the
  new one saw them in time.
grain: one row per change of provider and citizen in the middle of the service then
owner: commissioning@ashmere.example
columns:
  transition_id: The change of provider and the citizen's event, with a space between.
  event_id: The event in force at the old provider on its last day; of several the newest.
  to_provider_id: Who saw the citizen first; else who took the service over.
  area_code: Ward of residence.
  due_date: Last day on which being seen counts as in time.
  state_code: What became of them (code list transition_state).
  seen_date: First day from the change on which another provider under contract had the citizen, in
    time or not; NULL while none has.
  seen_event_id: The event that shows it.
  seen_days: Whole days from the change to it.
tests:
  - not_null: [transition_id, contract_change_id, service_code, event_id, citizen_id]
  - not_null: [from_provider_id, to_provider_id, ended_date, changed_date, due_date, state_code]
  - unique: [transition_id]
  - unique: [contract_change_id, citizen_id]
  - relationships: {column: citizen_id, to: core.dim_citizen}
  - accepted_values: {column: state_code, vocabulary: transition_state}
  - expression: state_code <> 'carried_over' or seen_date <= due_date
  - expression: state_code <> 'lost' or coalesce(seen_date > due_date, true)
*/
-- A late feed is never somebody lost: lost is only who has not been seen although the old provider
-- has reported its last day, and everybody under contract all days of the clock.
with
changes as (select * from journeys.fct_contract_change),
services as (select * from reference.service),
contracts as (select * from reference.service_contract),
feeds as (select * from reference.event_feed),
deliveries as (select * from reference.feed_period),
provider_reporting as (select * from core.dim_provider_reporting),
service_reporting as (select * from core.dim_service_reporting),
citizens as (select * from core.dim_citizen),
events as (select * from core.fct_service_event),

-- The data's own today.
today as (
    select max(deliveries.period_to) as as_of_date
    from deliveries
    inner join feeds on deliveries.stem = feeds.stem
),

-- Kinds of event that show that somebody is in the middle of the service.
held as (
    select
        events.event_id,
        events.citizen_id,
        events.service_code,
        events.provider_id,
        events.outcome_code,
        events.event_from_date as from_date,
        events.event_to_date as told_to_date,
        coalesce(events.event_to_date, date '9999-12-31') as to_date
    from events
    inner join services on events.service_code = services.service_code
    where
        services.in_service_event_codes is null
        or list_contains(string_split(services.in_service_event_codes, ','), events.event_code)
),

-- Of a change in some wards nobody is part whose ward is not known: it may have been another's.
open_then as (
    select
        changes.*,
        changes.changed_date + changes.handover_days as due_date,
        held.event_id,
        held.citizen_id,
        held.outcome_code,
        held.told_to_date,
        citizens.area_code,
        citizens.death_date,
        row_number() over (
            partition by changes.contract_change_id, held.citizen_id
            order by held.from_date desc, held.event_id desc
        ) as place
    from changes
    inner join held
        on
            changes.service_code = held.service_code
            and changes.from_provider_id = held.provider_id
            and changes.ended_date between held.from_date and held.to_date
    inner join citizens
        on
            held.citizen_id = citizens.citizen_id
            and coalesce(
                list_contains(string_split(changes.area_codes, ','), citizens.area_code),
                changes.area_codes is null
            )
),

in_flight as (
    select
        *,
        contract_change_id || ' ' || event_id as transition_id
    from open_then
    where place = 1
),

-- Who is not under contract takes nobody over: what the old provider left open says nothing.
seen as (
    select
        in_flight.transition_id,
        held.event_id as seen_event_id,
        held.provider_id as seen_provider_id,
        greatest(held.from_date, in_flight.changed_date) as seen_date
    from in_flight
    inner join held
        on
            in_flight.citizen_id = held.citizen_id
            and in_flight.service_code = held.service_code
            and in_flight.from_provider_id <> held.provider_id
            and in_flight.changed_date <= held.to_date
    where
        exists (
            select 1
            from contracts
            where
                contracts.service_code = held.service_code
                and contracts.provider_id = held.provider_id
                and greatest(held.from_date, in_flight.changed_date)
                between contracts.from_date and contracts.to_date
        )
),

ordered_sightings as (
    select
        *,
        row_number() over (partition by transition_id order by seen_date, seen_event_id) as place
    from seen
),

sightings as (select * from ordered_sightings where place = 1),

-- Anybody may tell that somebody moved away.
departures as (
    select distinct in_flight.transition_id
    from in_flight
    inner join events
        on
            in_flight.citizen_id = events.citizen_id
            and events.event_to_date between in_flight.ended_date and in_flight.due_date
    where events.outcome_code = 'moved_away'
),

reported as (
    select
        in_flight.transition_id,
        in_flight.service_code,
        coalesce(
            provider_reporting.reported_from is not null
            and service_reporting.reported_to >= in_flight.due_date,
            false
        ) as is_reported,
        case
            when provider_reporting.reported_from is null then in_flight.ended_date
            else coalesce(service_reporting.reported_to + 1, in_flight.changed_date)
        end as unreported_date
    from in_flight
    left join provider_reporting
        on
            in_flight.service_code = provider_reporting.service_code
            and in_flight.from_provider_id = provider_reporting.provider_id
            and in_flight.ended_date
            between provider_reporting.reported_from and provider_reporting.reported_to
    left join service_reporting
        on
            in_flight.service_code = service_reporting.service_code
            and in_flight.changed_date
            between service_reporting.reported_from and service_reporting.reported_to
),

-- When the first day nobody has reported on is to be reported at the latest.
awaited as (
    select
        reported.transition_id,
        max(
            return_end(reported.unreported_date, feeds.frequency_months) + feeds.latency_days
        ) as awaited_date
    from reported
    inner join contracts
        on
            reported.service_code = contracts.service_code
            and reported.unreported_date between contracts.from_date and contracts.to_date
    inner join feeds on contracts.provider_id = feeds.provider_id
    where not reported.is_reported
    group by reported.transition_id
),

judged as (
    select
        in_flight.*,
        sightings.seen_provider_id,
        sightings.seen_date,
        sightings.seen_event_id,
        case
            when sightings.seen_date <= in_flight.due_date then 'carried_over'
            when in_flight.death_date <= in_flight.due_date then 'died'
            when departures.transition_id is not null then 'moved_away'
            when
                in_flight.told_to_date <= in_flight.due_date
                and in_flight.outcome_code <> 'transferred'
                then 'ended'
            when reported.is_reported then 'lost'
            when
                in_flight.due_date > today.as_of_date
                or awaited.awaited_date >= today.as_of_date
                then 'too_recent'
            else 'not_reporting'
        end as state_code
    from in_flight
    cross join today
    inner join reported on in_flight.transition_id = reported.transition_id
    left join sightings on in_flight.transition_id = sightings.transition_id
    left join departures on in_flight.transition_id = departures.transition_id
    left join awaited on in_flight.transition_id = awaited.transition_id
)

select
    transition_id::varchar as transition_id,
    contract_change_id::varchar as contract_change_id,
    service_code::varchar as service_code,
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    from_provider_id::varchar as from_provider_id,
    coalesce(seen_provider_id, to_provider_id)::varchar as to_provider_id,
    area_code::varchar as area_code,
    ended_date::date as ended_date,
    changed_date::date as changed_date,
    due_date::date as due_date,
    state_code::varchar as state_code,
    seen_date::date as seen_date,
    seen_event_id::varchar as seen_event_id,
    date_diff('day', changed_date, seen_date)::integer as seen_days
from judged
