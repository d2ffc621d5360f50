/*
description: Substance misuse treatment journeys of Recoverwell, with the client.
grain: one row per journey
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event]
columns:
  event_code: treatment once it has begun; referral for somebody still waiting, or who never came.
  event_from_date: First day of treatment; day of the referral while there is none.
  detail_code: Main problem substance.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.recoverwell__treatment_journeys),

readable as (
    select
        *,
        strptime(referred_on, '%Y-%m-%d')::date as referred_on_date,
        strptime(started_on, '%Y-%m-%d')::date as treated_from,
        strptime(ended_on, '%Y-%m-%d')::date as treated_to
    from source
)

select
    ('recoverwell__treatment_journeys:' || id)::varchar as event_id,
    ('recoverwell:' || client_id)::varchar as record_id,
    'recoverwell'::varchar as provider_id,
    "name.first"::varchar as given_name,
    "name.last"::varchar as family_name,
    birth_date(born, '%Y-%m-%d', _period_to)::date as birth_date,
    known_sex(sex)::varchar as sex_code,
    trusted_id_list([
        trusted_id('nhs_number', valid_nhs_number(nhs_number))
    ])::varchar[] as trusted_ids,
    valid_postcode(postcode)::varchar as postcode,
    referred_on_date::date as valid_from_date,
    coalesce(treated_to, _period_to)::date as valid_to_date,
    'substance_misuse'::varchar as service_code,
    (case when treated_from is null then 'referral' else 'treatment' end)::varchar as event_code,
    coalesce(treated_from, referred_on_date)::date as event_from_date,
    treated_to::date as event_to_date,
    substance::varchar as detail_code,
    end_reason::varchar as outcome_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
