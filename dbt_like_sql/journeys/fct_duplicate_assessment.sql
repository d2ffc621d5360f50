/*
description: >-
  Every assessment of a need that another provider had assessed shortly before, and what it cost.
grain: one row per later assessment
owner: commissioning@ashmere.example
columns:
  duplicate_id: The need and the later event, with a space between.
  event_id: The later assessment.
  provider_id: Provider that made it.
  earlier_event_id: The assessment before it.
  earlier_provider_id: Provider that made that one.
  between_days: Whole days from that one to this.
  cost_low_gbp: Least that one assessment may cost (needs.yaml).
  cost_central_gbp: What one is taken to cost.
  cost_high_gbp: Most that one may cost.
tests:
  - not_null: [duplicate_id, need_code, event_id, citizen_id, provider_id, earlier_event_id]
  - not_null: [earlier_provider_id, assessed_date, between_days, cost_low_gbp, cost_high_gbp]
  - unique: [duplicate_id]
  - expression: provider_id <> earlier_provider_id
  - expression: cost_low_gbp <= cost_central_gbp and cost_central_gbp <= cost_high_gbp
*/
with
needs as (select * from reference.need),
assessments as (select * from journeys.fct_need_assessment),

duplicates as (
    select
        assessments.*,
        assessments.need_code || ' ' || assessments.event_id as duplicate_id,
        needs.cost_low_gbp,
        needs.cost_central_gbp,
        needs.cost_high_gbp
    from assessments
    inner join needs on assessments.need_code = needs.need_code
    where assessments.repeats_event_id is not null
)

select
    duplicate_id::varchar as duplicate_id,
    need_code::varchar as need_code,
    citizen_id::varchar as citizen_id,
    area_code::varchar as area_code,
    event_id::varchar as event_id,
    provider_id::varchar as provider_id,
    assessed_date::date as assessed_date,
    repeats_event_id::varchar as earlier_event_id,
    repeats_provider_id::varchar as earlier_provider_id,
    between_days::integer as between_days,
    cost_low_gbp::decimal(18, 2) as cost_low_gbp,
    cost_central_gbp::decimal(18, 2) as cost_central_gbp,
    cost_high_gbp::decimal(18, 2) as cost_high_gbp
from duplicates
