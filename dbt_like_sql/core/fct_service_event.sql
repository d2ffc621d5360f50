/*
description: Everything that happened to a citizen at any provider, in one shape.
grain: one row per event as a provider records it (an interval, or a day)
owner: data-engineering@ashmere.example
columns:
  event_id: Feed and the provider's own key, joined by a colon.
  citizen_id: The citizen the event happened to.
  event_to_date: Last day of the event; NULL while it is open.
  to_service_code: Service to which the citizen was referred onward; NULL when there was none.
  referred_date: Day of that onward referral.
  unit_code: Unit that delivered it where one provider answers for many; NULL for all else.
  period_from: First day of the period the delivery says it covers.
  period_to: Last day of that period.
tests:
  - not_null: [event_id, citizen_id, provider_id, service_code, event_code, event_from_date]
  - unique: [event_id]
  - relationships: {column: citizen_id, to: core.dim_citizen}
  - accepted_values: {column: service_code, vocabulary: service}
  - accepted_values: {column: event_code, vocabulary: event}
  - accepted_values: {column: to_service_code, vocabulary: service}
  - accepted_values: {column: unit_code, vocabulary: care_unit}
  - row_count_change: {max_percent: 50}
    severity: warn
*/
with
events as (select * from internal.service_event)

select
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    provider_id::varchar as provider_id,
    service_code::varchar as service_code,
    event_code::varchar as event_code,
    event_from_date::date as event_from_date,
    event_to_date::date as event_to_date,
    detail_code::varchar as detail_code,
    outcome_code::varchar as outcome_code,
    to_service_code::varchar as to_service_code,
    referred_date::date as referred_date,
    unit_code::varchar as unit_code,
    delivery_id::varchar as delivery_id,
    row_number::bigint as row_number,
    period_from::date as period_from,
    period_to::date as period_to
from events
