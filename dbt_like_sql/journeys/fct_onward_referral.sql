/*
description: Every referral from one service to another, and whether and when it was picked up.
grain: one row per event that carries an onward referral
owner: commissioning@ashmere.example
materialised: incremental
key: [citizen_id]
columns:
  event_id: The event the referral was made from.
  from_provider_id: Provider that made the referral.
  from_service_code: Service that made the referral.
  from_event_code: Kind of event the referral was made from.
  to_service_code: Service the citizen was referred to.
  referred_date: Day of the referral.
  picked_up_date: First day on or after the referral on which the receiving service took the
    citizen on; NULL while nobody has.
  picked_up_event_id: The event that shows it.
  picked_up_provider_id: Provider that took the citizen on.
  pickup_days: Whole days from referral to pick-up.
tests:
  - not_null: [event_id, citizen_id, to_service_code, referred_date]
  - unique: [event_id]
*/
with
events as (select * from core.fct_service_event),

-- What shows that a service has taken somebody on.
pickup_events as (
    select *
    from (
        values
        ('adult_social_care', 'request'),
        ('children_looked_after', 'placement'),
        ('community_health', 'referral'),
        ('homelessness', 'duty'),
        ('housing_tenancy', 'tenancy'),
        ('leisure', 'visit'),
        ('substance_misuse', 'treatment'),
        ('youth_eet', 'activity')
    ) as pickup (service_code, event_code)
),

referrals as (
    select *
    from events
    where to_service_code is not null and referred_date is not null
),

pickups as (
    select
        events.citizen_id,
        events.service_code,
        events.provider_id,
        events.event_id,
        events.event_from_date
    from events
    inner join pickup_events
        on
            events.service_code = pickup_events.service_code
            and events.event_code = pickup_events.event_code
),

candidates as (
    select
        referrals.event_id,
        referrals.citizen_id,
        pickups.event_from_date as picked_up_date,
        pickups.event_id as picked_up_event_id,
        pickups.provider_id as picked_up_provider_id,
        row_number() over (
            partition by referrals.citizen_id, referrals.event_id
            order by pickups.event_from_date, pickups.event_id
        ) as place
    from referrals
    inner join pickups
        on
            referrals.citizen_id = pickups.citizen_id
            and referrals.to_service_code = pickups.service_code
            and referrals.referred_date <= pickups.event_from_date
),

first_pickups as (select * from candidates where place = 1),

outcomes as (
    select
        referrals.event_id,
        referrals.citizen_id,
        referrals.provider_id as from_provider_id,
        referrals.service_code as from_service_code,
        referrals.event_code as from_event_code,
        referrals.to_service_code,
        referrals.referred_date,
        first_pickups.picked_up_date,
        first_pickups.picked_up_event_id,
        first_pickups.picked_up_provider_id,
        date_diff('day', referrals.referred_date, first_pickups.picked_up_date) as pickup_days
    from referrals
    left join first_pickups
        on
            referrals.citizen_id = first_pickups.citizen_id
            and referrals.event_id = first_pickups.event_id
)

select
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    from_provider_id::varchar as from_provider_id,
    from_service_code::varchar as from_service_code,
    from_event_code::varchar as from_event_code,
    to_service_code::varchar as to_service_code,
    referred_date::date as referred_date,
    picked_up_date::date as picked_up_date,
    picked_up_event_id::varchar as picked_up_event_id,
    picked_up_provider_id::varchar as picked_up_provider_id,
    pickup_days::integer as pickup_days
from outcomes
