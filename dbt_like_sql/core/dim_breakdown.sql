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
pathways as (select * from reference.pathway),
needs as (select * from reference.need),
areas as (select * from core.dim_area),

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
    union all
    select
        'pathway' as breakdown_type,
        pathway_code as breakdown,
        title as label
    from pathways
    union all
    select
        'need' as breakdown_type,
        need_code as breakdown,
        title as label
    from needs
    union all
    select
        'need_area' as breakdown_type,
        needs.need_code || '_in_' || areas.area_code as breakdown,
        needs.title || ', ' || areas.area_name as label
    from needs
    cross join areas
    where areas.area_type = 'ward'
)

select
    breakdown_type::varchar as breakdown_type,
    breakdown::varchar as breakdown,
    label::varchar as label
from named
