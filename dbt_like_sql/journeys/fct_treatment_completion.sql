/*
description: Every substance misuse treatment that was completed, and the tenancy around it.
grain: one row per citizen and day of completing treatment
owner: commissioning@ashmere.example
columns:
  completed_date: Day on which the treatment ended as completed.
  has_tenancy: A tenancy was in force on that day.
  has_tenancy_after_182_days: A tenancy, that one or another, was in force 182 days later.
tests:
  - not_null: [citizen_id, completed_date, has_tenancy, has_tenancy_after_182_days]
*/
with
events as (select * from core.fct_service_event),

completions as (
    select
        citizen_id,
        event_to_date as completed_date
    from events
    where
        service_code = 'substance_misuse'
        and event_code = 'treatment'
        and outcome_code = 'completed'
        and event_to_date is not null
    group by citizen_id, event_to_date
),

tenancies as (
    select
        citizen_id,
        event_from_date as from_date,
        coalesce(event_to_date, date '9999-12-31') as to_date
    from events
    where service_code = 'housing_tenancy' and event_code = 'tenancy'
),

outcomes as (
    select
        completions.citizen_id,
        completions.completed_date,
        count(*) filter (
            where completions.completed_date between tenancies.from_date and tenancies.to_date
        ) > 0 as has_tenancy,
        count(*) filter (
            where completions.completed_date + 182 between tenancies.from_date and tenancies.to_date
        ) > 0 as has_tenancy_after_182_days
    from completions
    left join tenancies on completions.citizen_id = tenancies.citizen_id
    group by completions.citizen_id, completions.completed_date
)

select
    citizen_id::varchar as citizen_id,
    completed_date::date as completed_date,
    has_tenancy::boolean as has_tenancy,
    has_tenancy_after_182_days::boolean as has_tenancy_after_182_days
from outcomes
