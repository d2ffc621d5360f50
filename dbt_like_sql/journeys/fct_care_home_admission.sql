/*
description: Every citizen's first move into a residential or nursing home.
grain: one row per citizen who ever moved into a care home
owner: commissioning@ashmere.example
columns:
  event_id: The first residential or nursing care service; the first by id of two on one day.
  admitted_date: Its first day.
  age_years: Age on that day, from the month of birth; NULL when that is not known.
tests:
  - not_null: [event_id, citizen_id, admitted_date]
  - unique: [citizen_id]
*/
with
events as (select * from core.fct_service_event),
citizens as (select * from core.dim_citizen),

stays as (
    select
        event_id,
        citizen_id,
        event_from_date as admitted_date,
        row_number() over (partition by citizen_id order by event_from_date, event_id) as place
    from events
    where
        service_code = 'adult_social_care'
        and event_code = 'service'
        and detail_code in ('residential_care', 'nursing_care')
),

admissions as (
    select
        stays.event_id,
        stays.citizen_id,
        stays.admitted_date,
        age_in_years(citizens.birth_month, stays.admitted_date) as age_years
    from stays
    inner join citizens on stays.citizen_id = citizens.citizen_id
    where stays.place = 1
)

select
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    admitted_date::date as admitted_date,
    age_years::integer as age_years
from admissions
