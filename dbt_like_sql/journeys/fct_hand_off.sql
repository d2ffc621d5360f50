/*
description: >-
  Every time somebody was to reach a next service: whether it took them on, who did, after how many
  days, and what is known where nobody did.
grain: one row per pathway, citizen and day on which its clock started
owner: commissioning@ashmere.example
columns:
  hand_off_id: The pathway and the event, with a space between.
  pathway_code: Pathway in pathways.yaml.
  event_id: The event that names or implies the next service; of several on one day the first by id.
  to_provider_id: Who answers for it, picked up or not; the provider under contract for the
    receiving service in the citizen's ward when the clock started, else the first to come under
    contract before it ran out; NULL where nobody did. Of several at once the one that picked it up
    in time, else the first by id, whoever comes later.
  area_code: Ward of residence.
  started_date: Day on which the clock started.
  due_date: Last day of the clock.
  state_code: What became of it (code list hand_off_state).
  picked_up_date: First day from the start on which the receiving service had the citizen, in time
    or not; NULL while it has not.
  picked_up_event_id: The event that shows it.
  picked_up_provider_id: Provider that took the citizen on.
  pickup_days: Whole days from the start to it.
  overdue_days: Of a missed one, days from the end of the clock to the day it was picked up, or to
    the last day anybody has reported.
  is_open: Missed, and nobody has picked it up since; somebody who has died, declined or moved away
    since is not waited for.
tests:
  - not_null: [hand_off_id, pathway_code, event_id, citizen_id, from_provider_id, from_service_code]
  - not_null: [to_service_code, started_date, due_date, state_code, is_open]
  - unique: [hand_off_id]
  - unique: [pathway_code, citizen_id, started_date]
  - relationships: {column: citizen_id, to: core.dim_citizen}
  - accepted_values: {column: state_code, vocabulary: hand_off_state}
  - expression: (state_code = 'missed') = (overdue_days is not null)
  - expression: state_code <> 'picked_up' or picked_up_date <= due_date
*/
-- A late feed is never a missed hand-off: missed is only what everybody under contract for the
-- receiving service has reported on, for every day from the start to the end of the clock.
with
pathways as (select * from reference.pathway),
pickup_kinds as (select * from reference.pathway_pickup),
contracts as (select * from reference.service_contract),
feeds as (select * from reference.event_feed),
deliveries as (select * from reference.feed_period),
reporting as (select * from core.dim_service_reporting),
citizens as (select * from core.dim_citizen),
events as (select * from core.fct_service_event),

-- The data's own today.
today as (
    select max(deliveries.period_to) as as_of_date
    from deliveries
    inner join feeds on deliveries.stem = feeds.stem
),

named as (
    select
        pathways.pathway_code,
        pathways.from_service_code,
        pathways.to_service_code,
        pathways.counts,
        pathways.is_another_provider,
        pathways.clock_days,
        events.event_id,
        events.citizen_id,
        events.provider_id as from_provider_id,
        events.event_to_date,
        events.outcome_code,
        case pathways.starts
            when 'referred' then events.referred_date
            when 'event_start' then events.event_from_date
            when 'event_end' then events.event_to_date
        end as started_date
    from events
    inner join pathways
        on
            events.service_code = pathways.from_service_code
            and events.event_code = pathways.from_event_code
            and coalesce(pathways.from_outcome_code, events.outcome_code, '')
            = coalesce(events.outcome_code, '')
            and coalesce(pathways.from_detail_code, events.detail_code, '')
            = coalesce(events.detail_code, '')
    where pathways.starts <> 'referred' or events.to_service_code = pathways.to_service_code
),

placed as (
    select
        *,
        pathway_code || ' ' || event_id as hand_off_id,
        started_date + clock_days as due_date,
        row_number() over (
            partition by pathway_code, citizen_id, started_date
            order by event_id
        ) as place
    from named
    where started_date is not null
),

hand_offs as (select * from placed where place = 1),

received as (
    select
        hand_offs.hand_off_id,
        events.event_id as picked_up_event_id,
        events.provider_id as picked_up_provider_id,
        greatest(events.event_from_date, hand_offs.started_date) as picked_up_date
    from hand_offs
    inner join pickup_kinds on hand_offs.pathway_code = pickup_kinds.pathway_code
    inner join events
        on
            hand_offs.citizen_id = events.citizen_id
            and hand_offs.to_service_code = events.service_code
            and pickup_kinds.event_code = events.event_code
            and coalesce(pickup_kinds.detail_code, events.detail_code, '')
            = coalesce(events.detail_code, '')
            and hand_offs.event_id <> events.event_id
    where
        (
            hand_offs.started_date <= events.event_from_date
            or (
                hand_offs.counts = 'in_force'
                and hand_offs.started_date <= coalesce(events.event_to_date, date '9999-12-31')
            )
        )
        and not (
            hand_offs.is_another_provider and hand_offs.from_provider_id = events.provider_id
        )
),

ordered_pickups as (
    select
        *,
        row_number() over (
            partition by hand_off_id
            order by picked_up_date, picked_up_event_id
        ) as place
    from received
),

pickups as (select * from ordered_pickups where place = 1),

-- What the events say about why nobody came: those that handed over, and any of the receiving
-- service from the start on.
reasons as (
    select
        hand_offs.hand_off_id,
        placed.outcome_code,
        placed.event_to_date as told_date
    from hand_offs
    inner join placed
        on
            hand_offs.pathway_code = placed.pathway_code
            and hand_offs.citizen_id = placed.citizen_id
            and hand_offs.started_date = placed.started_date
    union all
    select
        hand_offs.hand_off_id,
        events.outcome_code,
        coalesce(events.event_to_date, events.event_from_date) as told_date
    from hand_offs
    inner join events
        on
            hand_offs.citizen_id = events.citizen_id
            and hand_offs.to_service_code = events.service_code
            and hand_offs.started_date <= coalesce(events.event_to_date, events.event_from_date)
),

departures as (
    select
        hand_off_id,
        min(told_date) filter (where outcome_code = 'declined') as declined_date,
        min(told_date) filter (where outcome_code = 'moved_away') as moved_away_date
    from reasons
    group by hand_off_id
),

under_contract as (
    select
        hand_offs.hand_off_id,
        contracts.provider_id,
        row_number() over (
            partition by hand_offs.hand_off_id
            order by
                greatest(contracts.from_date, hand_offs.started_date),
                coalesce(
                    contracts.provider_id <> pickups.picked_up_provider_id
                    or pickups.picked_up_date > hand_offs.due_date,
                    true
                ),
                contracts.provider_id
        ) as place
    from hand_offs
    inner join citizens on hand_offs.citizen_id = citizens.citizen_id
    inner join contracts
        on
            hand_offs.to_service_code = contracts.service_code
            and hand_offs.started_date <= contracts.to_date
            and hand_offs.due_date >= contracts.from_date
    left join pickups on hand_offs.hand_off_id = pickups.hand_off_id
    where
        not (hand_offs.is_another_provider and hand_offs.from_provider_id = contracts.provider_id)
        and covers_area(contracts.area_codes, citizens.area_code)
),

receivers as (select * from under_contract where place = 1),

-- Who handed over may still tell that the person declined or left: until then nobody is blamed.
reported as (
    select
        hand_offs.*,
        reporting.reported_to >= hand_offs.due_date as is_reported,
        coalesce(sending.reported_to >= hand_offs.due_date, true) as is_told_by_sender,
        coalesce(reporting.reported_to + 1, hand_offs.started_date) as unreported_date
    from hand_offs
    left join reporting
        on
            hand_offs.to_service_code = reporting.service_code
            and hand_offs.started_date between reporting.reported_from and reporting.reported_to
    left join reporting as sending
        on
            hand_offs.from_service_code = sending.service_code
            and hand_offs.started_date between sending.reported_from and sending.reported_to
),

-- When the first day nobody has reported on is to be reported at the latest.
awaited as (
    select
        reported.hand_off_id,
        max(
            return_end(reported.unreported_date, feeds.frequency_months) + feeds.latency_days
        ) as awaited_date
    from reported
    left join contracts
        on
            reported.to_service_code = contracts.service_code
            and reported.unreported_date between contracts.from_date and contracts.to_date
    left join feeds on contracts.provider_id = feeds.provider_id
    group by reported.hand_off_id
),

judged as (
    select
        reported.*,
        citizens.area_code,
        citizens.death_date,
        departures.declined_date,
        departures.moved_away_date,
        pickups.picked_up_date,
        pickups.picked_up_event_id,
        pickups.picked_up_provider_id,
        date_diff('day', reported.started_date, pickups.picked_up_date) as pickup_days,
        receivers.provider_id as to_provider_id,
        today.as_of_date,
        case
            when pickups.picked_up_date <= reported.due_date then 'picked_up'
            when citizens.death_date <= reported.due_date then 'died'
            when departures.moved_away_date <= reported.due_date then 'moved_away'
            when departures.declined_date <= reported.due_date then 'declined'
            when reported.due_date > today.as_of_date then 'within_clock'
            when reported.is_reported and receivers.provider_id is not null
                then case when reported.is_told_by_sender then 'missed' else 'too_recent' end
            when awaited.awaited_date >= today.as_of_date and receivers.provider_id is not null
                then 'too_recent'
            else 'not_reporting'
        end as state_code
    from reported
    cross join today
    left join citizens on reported.citizen_id = citizens.citizen_id
    left join departures on reported.hand_off_id = departures.hand_off_id
    left join pickups on reported.hand_off_id = pickups.hand_off_id
    left join receivers on reported.hand_off_id = receivers.hand_off_id
    left join awaited on reported.hand_off_id = awaited.hand_off_id
),

closed as (
    select
        *,
        case
            when state_code = 'missed'
                then date_diff('day', due_date, coalesce(picked_up_date, as_of_date))
        end as overdue_days,
        state_code = 'missed'
        and coalesce(picked_up_date, death_date, declined_date, moved_away_date) is null as is_open
    from judged
)

select
    hand_off_id::varchar as hand_off_id,
    pathway_code::varchar as pathway_code,
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    from_provider_id::varchar as from_provider_id,
    from_service_code::varchar as from_service_code,
    to_service_code::varchar as to_service_code,
    to_provider_id::varchar as to_provider_id,
    area_code::varchar as area_code,
    started_date::date as started_date,
    due_date::date as due_date,
    state_code::varchar as state_code,
    picked_up_date::date as picked_up_date,
    picked_up_event_id::varchar as picked_up_event_id,
    picked_up_provider_id::varchar as picked_up_provider_id,
    pickup_days::integer as pickup_days,
    overdue_days::integer as overdue_days,
    is_open::boolean as is_open
from closed
