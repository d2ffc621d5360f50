/*
description: Every hospital stay that ended alive, and what followed it.
grain: one row per stay
owner: commissioning@ashmere.example
columns:
  event_id: The stay.
  discharge_date: Its last day.
  readmission_event_id: The first later stay that began as an emergency on the day of discharge or
    after it, in any hospital; NULL when there was none. Of stays that began on one day the one
    that ended first comes first, then the first by id.
  readmission_days: Whole days from discharge to it.
  reablement_event_id: The first short-term service of adult social care that started on the day of
    discharge or later; NULL when there was none.
  reablement_provider_id: Provider of that service.
  reablement_days: Whole days from discharge to it.
  later_stay_event_id: A hospital stay, or a residential or nursing care service, in force 91 days
    after discharge; the first by id.
tests:
  - not_null: [event_id, citizen_id, provider_id, discharge_date]
  - unique: [event_id]
*/
with
events as (select * from core.fct_service_event),

spells as (
    select *
    from events
    where service_code = 'acute_hospital' and event_code = 'spell'
),

care as (
    select *
    from events
    where service_code = 'adult_social_care' and event_code = 'service'
),

ordered_spells as (
    select
        *,
        row_number() over (
            partition by citizen_id
            order by event_from_date, coalesce(event_to_date, date '9999-12-31'), event_id
        ) as place
    from spells
),

discharges as (
    select
        event_id,
        citizen_id,
        provider_id,
        event_to_date as discharge_date,
        place
    from ordered_spells
    where event_to_date is not null and outcome_code <> 'died'
),

-- Of two day cases on one day the second is the first one's readmission, not the other way round.
readmissions as (
    select
        discharges.event_id,
        later.event_id as readmission_event_id,
        date_diff('day', discharges.discharge_date, later.event_from_date) as readmission_days,
        row_number() over (partition by discharges.event_id order by later.place) as place
    from discharges
    inner join ordered_spells as later
        on
            discharges.citizen_id = later.citizen_id
            and discharges.place < later.place
            and discharges.discharge_date <= later.event_from_date
    where later.detail_code in ('emergency', 'emergency_fall')
),

reablements as (
    select
        discharges.event_id,
        care.event_id as reablement_event_id,
        care.provider_id as reablement_provider_id,
        date_diff('day', discharges.discharge_date, care.event_from_date) as reablement_days,
        row_number() over (
            partition by discharges.event_id order by care.event_from_date, care.event_id
        ) as place
    from discharges
    inner join care
        on
            discharges.citizen_id = care.citizen_id
            and discharges.discharge_date <= care.event_from_date
    where care.detail_code = 'short_term'
),

stays as (
    select * from spells
    union all
    select * from care
    where detail_code in ('residential_care', 'nursing_care')
),

later_stays as (
    select
        discharges.event_id,
        min(stays.event_id) as later_stay_event_id
    from discharges
    inner join stays on discharges.citizen_id = stays.citizen_id
    where
        stays.event_from_date <= discharges.discharge_date + 91
        and coalesce(stays.event_to_date, date '9999-12-31') >= discharges.discharge_date + 91
    group by discharges.event_id
),

outcomes as (
    select
        discharges.event_id,
        discharges.citizen_id,
        discharges.provider_id,
        discharges.discharge_date,
        readmissions.readmission_event_id,
        readmissions.readmission_days,
        reablements.reablement_event_id,
        reablements.reablement_provider_id,
        reablements.reablement_days,
        later_stays.later_stay_event_id
    from discharges
    left join readmissions
        on discharges.event_id = readmissions.event_id and readmissions.place = 1
    left join reablements
        on discharges.event_id = reablements.event_id and reablements.place = 1
    left join later_stays on discharges.event_id = later_stays.event_id
)

select
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    provider_id::varchar as provider_id,
    discharge_date::date as discharge_date,
    readmission_event_id::varchar as readmission_event_id,
    readmission_days::integer as readmission_days,
    reablement_event_id::varchar as reablement_event_id,
    reablement_provider_id::varchar as reablement_provider_id,
    reablement_days::integer as reablement_days,
    later_stay_event_id::varchar as later_stay_event_id
from outcomes
