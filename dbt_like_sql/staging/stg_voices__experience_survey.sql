/*
description: >-
  Invitations to say how somebody found a service, with the person and the answers to the closed
  questions.
grain: one row per invitation
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event, survey_response]
columns:
  service_code: Citizen voice; the service asked about is asked_service_code.
  event_from_date: Day of the invitation.
  event_to_date: Day of the answer, or of the invitation where none came.
  asked_provider_id: Provider who served them; provider_id is the survey organisation.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date, is_answered]
  - unique: [event_id]
  - expression: event_to_date >= event_from_date
  - expression: is_answered = (answered_date is not null)
*/
with
source as (select * from accepted.voices__experience_survey),

readable as (
    select
        *,
        strptime("Invited On", '%d/%m/%Y')::date as invited_on,
        strptime("Answered On", '%d/%m/%Y')::date as answered_on
    from source
)

select
    ('voices__experience_survey:' || "Invitation Ref")::varchar as event_id,
    ('voices:' || "Person Ref")::varchar as record_id,
    'voices'::varchar as provider_id,
    "First Name"::varchar as given_name,
    "Last Name"::varchar as family_name,
    birth_date("Date of Birth", '%d/%m/%Y', _period_to)::date as birth_date,
    known_sex("Sex")::varchar as sex_code,
    trusted_id_list([
        trusted_id('nhs_number', valid_nhs_number("NHS Number"))
    ])::varchar[] as trusted_ids,
    valid_postcode("Postcode")::varchar as postcode,
    invited_on::date as valid_from_date,
    coalesce(answered_on, invited_on)::date as valid_to_date,
    'citizen_voice'::varchar as service_code,
    'survey'::varchar as event_code,
    invited_on::date as event_from_date,
    coalesce(answered_on, invited_on)::date as event_to_date,
    "Service"::varchar as asked_service_code,
    "Provider"::varchar as asked_provider_id,
    invited_on::date as invited_date,
    answered_on::date as answered_date,
    ("Response" = 'answered')::boolean as is_answered,
    "Overall Experience"::varchar as experience_code,
    "Treated With Dignity"::varchar as dignity_code,
    "Services Worked Together"::varchar as together_code,
    "It Helped"::varchar as helped_code,
    "Theme 1"::varchar as first_theme_code,
    "Theme 2"::varchar as second_theme_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
