/*
description: Tenancies of Homestead Homes, with their main tenants.
grain: one row per tenancy
owner: data-engineering@ashmere.example
feeds: [person_evidence, service_event]
columns:
  record_id: Homestead and its own number for the tenant.
  detail_code: Kind of tenancy.
  outcome_code: Why the tenancy ended.
tests:
  - not_null: [event_id, record_id, event_from_date, valid_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.homestead__tenancies),

readable as (
    select
        *,
        strptime("Start Date", '%d-%b-%Y')::date as started_on,
        strptime("End Date", '%d-%b-%Y')::date as ended_on
    from source
)

select
    ('homestead__tenancies:' || "Tenancy Ref")::varchar as event_id,
    ('homestead:' || "Tenant Ref")::varchar as record_id,
    'homestead'::varchar as provider_id,
    "Forename"::varchar as given_name,
    "Surname"::varchar as family_name,
    "Previous Surname"::varchar as previous_family_name,
    birth_date("DoB", '%d-%b-%Y', _period_to)::date as birth_date,
    trusted_id_list([
        trusted_id('nino', valid_nino("NI Number"))
    ])::varchar[] as trusted_ids,
    "Address"::varchar as address_line,
    valid_uprn("UPRN")::varchar as uprn,
    valid_postcode("Postcode")::varchar as postcode,
    valid_phone("Telephone")::varchar as phone,
    valid_email("Email")::varchar as email,
    started_on::date as valid_from_date,
    coalesce(ended_on, _period_to)::date as valid_to_date,
    'housing_tenancy'::varchar as service_code,
    'tenancy'::varchar as event_code,
    started_on::date as event_from_date,
    ended_on::date as event_to_date,
    "Tenancy Type"::varchar as detail_code,
    "End Reason"::varchar as outcome_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
