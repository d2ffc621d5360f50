/*
description: Referrals to community health teams, with the patient and the onward referral, if any.
grain: one row per referral
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event]
columns:
  event_from_date: Day the referral was received.
  detail_code: Team referred to.
  outcome_code: Why the referral was closed.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.wellpath__referrals),

readable as (
    select
        *,
        strptime("ReferralRequestReceivedDate", '%Y-%m-%d')::date as received_on,
        strptime("ReferralClosureDate", '%Y-%m-%d')::date as closed_on
    from source
)

select
    ('wellpath__referrals:' || "ServiceRequestId")::varchar as event_id,
    ('wellpath:' || "LocalPatientId")::varchar as record_id,
    'wellpath'::varchar as provider_id,
    "GivenName"::varchar as given_name,
    "FamilyName"::varchar as family_name,
    birth_date("PersonBirthDate", '%Y-%m-%d', _period_to)::date as birth_date,
    known_sex("GenderCode")::varchar as sex_code,
    trusted_id_list([
        trusted_id('nhs_number', valid_nhs_number("NHSNumber"))
    ])::varchar[] as trusted_ids,
    valid_postcode("Postcode")::varchar as postcode,
    received_on::date as valid_from_date,
    coalesce(closed_on, _period_to)::date as valid_to_date,
    'community_health'::varchar as service_code,
    'referral'::varchar as event_code,
    received_on::date as event_from_date,
    closed_on::date as event_to_date,
    "ServiceTeamType"::varchar as detail_code,
    "ClosureReason"::varchar as outcome_code,
    "OnwardReferralTo"::varchar as to_service_code,
    strptime("OnwardReferralDate", '%Y-%m-%d')::date as referred_date,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
