/*
description: >-
  Names of the groups of those breakdowns that only some indicators have, as pathway or service.
grain: one row per kind of breakdown and group
owner: data-engineering@ashmere.example
columns:
  breakdown_type: The kind of breakdown.
  breakdown: Code of the group.
  label: Its name.
tests:
  - not_null: [breakdown_type, breakdown, label]
  - unique: [breakdown_type, breakdown]
*/
with
services as (select * from reference.service),
providers as (select * from reference.provider),
vocabularies as (select * from reference.vocabulary),

named as (
    select
        'service' as breakdown_type,
        service_code as breakdown,
        title as label
    from services
    union all
    select
        'unit' as breakdown_type,
        code as breakdown,
        label
    from vocabularies
    where vocabulary = 'care_unit'
    union all
    select
        'provider_pair' as breakdown_type,
        sender.provider_id || '_to_' || receiver.provider_id as breakdown,
        sender.provider_name || ' to ' || receiver.provider_name as label
    from providers as sender
    cross join providers as receiver
)

select
    breakdown_type::varchar as breakdown_type,
    breakdown::varchar as breakdown,
    label::varchar as label
from named
