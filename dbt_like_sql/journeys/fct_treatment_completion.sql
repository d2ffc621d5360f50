/*
description: >-
  Every substance misuse treatment that was completed, the tenancy around it, and the return
  to treatment after it.
grain: one row per citizen and day of completing treatment
owner: commissioning@ashmere.example
columns:
  event_id: The treatment; the first by id where two were completed on one day.
  completed_date: Day on which the treatment ended as completed.
  has_tenancy: A tenancy was in force on that day.
  tenancy_event_id: That tenancy, the first by id.
  tenancy_provider_id: Its landlord.
  has_tenancy_after_182_days: A tenancy, that one or another, was in force 182 days later.
  later_tenancy_event_id: That tenancy, the first by id.
  return_event_id: The first treatment, of any provider, that started on a later day; NULL when
    there was none.
  return_days: Whole days from completion to it.
tests:
  - not_null: [event_id, citizen_id, completed_date, has_tenancy, has_tenancy_after_182_days]
  - unique: [citizen_id, completed_date]
*/
with
events as (select * from core.fct_service_event),

treatments as (
    select *
    from events
    where service_code = 'substance_misuse' and event_code = 'treatment'
),

completions as (
    select
        citizen_id,
        event_to_date as completed_date,
        min(event_id) as event_id
    from treatments
    where outcome_code = 'completed' and event_to_date is not null
    group by citizen_id, event_to_date
),

tenancies as (
    select
        event_id,
        citizen_id,
        provider_id,
        event_from_date as from_date,
        coalesce(event_to_date, date '9999-12-31') as to_date
    from events
    where service_code = 'housing_tenancy' and event_code = 'tenancy'
),

housed as (
    select
        completions.event_id,
        min(tenancies.event_id) filter (
            where completions.completed_date between tenancies.from_date and tenancies.to_date
        ) as tenancy_event_id,
        min(tenancies.event_id) filter (
            where completions.completed_date + 182 between tenancies.from_date and tenancies.to_date
        ) as later_tenancy_event_id
    from completions
    inner join tenancies on completions.citizen_id = tenancies.citizen_id
    group by completions.event_id
),

returns as (
    select
        completions.event_id,
        treatments.event_id as return_event_id,
        date_diff('day', completions.completed_date, treatments.event_from_date) as return_days,
        row_number() over (
            partition by completions.event_id
            order by treatments.event_from_date, treatments.event_id
        ) as place
    from completions
    inner join treatments
        on
            completions.citizen_id = treatments.citizen_id
            and completions.completed_date < treatments.event_from_date
),

outcomes as (
    select
        completions.event_id,
        completions.citizen_id,
        completions.completed_date,
        housed.tenancy_event_id is not null as has_tenancy,
        housed.tenancy_event_id,
        tenancies.provider_id as tenancy_provider_id,
        housed.later_tenancy_event_id is not null as has_tenancy_after_182_days,
        housed.later_tenancy_event_id,
        returns.return_event_id,
        returns.return_days
    from completions
    left join housed on completions.event_id = housed.event_id
    left join tenancies on housed.tenancy_event_id = tenancies.event_id
    left join returns on completions.event_id = returns.event_id and returns.place = 1
)

select
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    completed_date::date as completed_date,
    has_tenancy::boolean as has_tenancy,
    tenancy_event_id::varchar as tenancy_event_id,
    tenancy_provider_id::varchar as tenancy_provider_id,
    has_tenancy_after_182_days::boolean as has_tenancy_after_182_days,
    later_tenancy_event_id::varchar as later_tenancy_event_id,
    return_event_id::varchar as return_event_id,
    return_days::integer as return_days
from outcomes
