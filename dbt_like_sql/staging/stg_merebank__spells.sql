/*
description: >-
  Stays in Merebank Hospital from admission to discharge, and within them the time from being ready
  to leave to leaving, with the patient. The latter is an event of its own, because an event has one
  first day and one last.
grain: one row per spell, and one more per spell whose patient is or was ready to leave
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event]
columns:
  event_id: That of the spell; of the time from being ready, with -ready after it.
  record_id: Merebank and its own number for the patient.
  postcode: Home address at admission.
  death_date: Last day of a stay that ended by death.
  event_code: spell, or discharge_ready for the time from being ready.
  event_from_date: Day of admission, or of being ready to leave.
  event_to_date: Day of discharge; the day of admission for a day case, NULL while in hospital.
  detail_code: How the stay began.
  outcome_code: Where the patient went, or that they died.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date, detail_code]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
  - expression: (event_to_date is null) = (outcome_code is null)
*/
with
source as (select * from accepted.merebank__spells),

readable as (
    select
        *,
        'merebank__spells:' || "Hospital Provider Spell Number" as spell_id,
        strptime("Start Date", '%Y-%m-%d')::date as admitted_on,
        try_strptime("Discharge Ready Date", '%Y-%m-%d')::date as ready_on,
        strptime("Discharge Date", '%Y-%m-%d')::date as discharged_on
    from source
),

told as (
    select
        *,
        admission_kind(
            "Admission Method Code", "Primary Diagnosis", "External Cause"
        ) as began_as,
        discharge_outcome(
            discharged_on, "Discharge Method Code", "Discharge Destination Code"
        ) as ended_as
    from readable
),

spells as (
    select
        *,
        spell_id as event_key,
        'spell' as kind,
        admitted_on as from_day
    from told
),

-- A ready date outside the stay is an error, and says nothing about waiting.
waits as (
    select
        *,
        spell_id || '-ready' as event_key,
        'discharge_ready' as kind,
        ready_on as from_day
    from told
    where ready_on between admitted_on and coalesce(discharged_on, _period_to)
),

events as (
    select * from spells
    union all
    select * from waits
)

select
    event_key::varchar as event_id,
    ('merebank:' || "Local Patient Identifier")::varchar as record_id,
    'merebank'::varchar as provider_id,
    "Person Given Name"::varchar as given_name,
    "Person Family Name"::varchar as family_name,
    birth_date("Person Birth Date", '%Y-%m-%d', _period_to)::date as birth_date,
    (case when ended_as = 'died' then discharged_on end)::date as death_date,
    known_sex("Person Stated Gender Code")::varchar as sex_code,
    trusted_id_list([
        trusted_id('nhs_number', valid_nhs_number("NHS Number"))
    ])::varchar[] as trusted_ids,
    valid_postcode("Postcode of Usual Address")::varchar as postcode,
    from_day::date as valid_from_date,
    coalesce(discharged_on, _period_to)::date as valid_to_date,
    'acute_hospital'::varchar as service_code,
    kind::varchar as event_code,
    from_day::date as event_from_date,
    discharged_on::date as event_to_date,
    began_as::varchar as detail_code,
    ended_as::varchar as outcome_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from events
