/*
description: Homelessness duties, with the applicant and the onward referral, if any.
grain: one row per duty (case)
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event]
columns:
  record_id: "The case itself: applicants have no lasting number."
  postcode: Last settled home.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.homestead__homelessness_duties),

readable as (
    select
        *,
        strptime("DutyStartDate", '%Y-%m-%d')::date as started_on,
        strptime("DutyEndDate", '%Y-%m-%d')::date as ended_on
    from source
)

select
    ('homestead__homelessness_duties:' || "CaseReference")::varchar as event_id,
    ('homestead:case-' || "CaseReference")::varchar as record_id,
    'homestead'::varchar as provider_id,
    "Forename"::varchar as given_name,
    "Surname"::varchar as family_name,
    birth_date("DateOfBirth", '%Y-%m-%d', _period_to)::date as birth_date,
    known_sex("Sex")::varchar as sex_code,
    trusted_id_list([
        trusted_id('nino', valid_nino("NINumber"))
    ])::varchar[] as trusted_ids,
    valid_postcode("LastPostcode")::varchar as postcode,
    started_on::date as valid_from_date,
    coalesce(ended_on, _period_to)::date as valid_to_date,
    'homelessness'::varchar as service_code,
    'duty'::varchar as event_code,
    started_on::date as event_from_date,
    ended_on::date as event_to_date,
    "Duty"::varchar as detail_code,
    "Outcome"::varchar as outcome_code,
    "ReferredTo"::varchar as to_service_code,
    strptime("ReferralDate", '%Y-%m-%d')::date as referred_date,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
