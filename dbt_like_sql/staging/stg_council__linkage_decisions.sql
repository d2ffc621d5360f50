/*
description: What reviewers decided about records that may or may not be of one person.
grain: one row per decision
owner: data-engineering@ashmere.example
feeds: [linkage_decision]
columns:
  records_l: Records of the left side, each as its provider knows it.
  records_r: Records of the right side.
tests:
  - not_null: [decision_id, record_id_l, record_id_r, verdict_code, reviewer_id, decided_at]
  - unique: [decision_id]
  - expression: record_id_l <> record_id_r
*/
with
source as (select * from accepted.council__linkage_decisions),

readable as (
    select
        *,
        strptime(decided_at, '%Y-%m-%d %H:%M:%S') as decided,
        list_transform(
            string_split(records_l, ';'), lambda r: replace(replace(r, '%3B', ';'), '%25', '%')
        ) as left_side,
        list_transform(
            string_split(records_r, ';'), lambda r: replace(replace(r, '%3B', ';'), '%25', '%')
        ) as right_side
    from source
)

select
    decision_id::varchar as decision_id,
    record_id_l::varchar as record_id_l,
    record_id_r::varchar as record_id_r,
    verdict_code::varchar as verdict_code,
    scope_code::varchar as scope_code,
    left_side::varchar[] as records_l,
    right_side::varchar[] as records_r,
    sampling_code::varchar as sampling_code,
    reason_code::varchar as reason_code,
    reason::varchar as reason,
    reviewer_id::varchar as reviewer_id,
    (lower(is_blind) = 'true')::boolean as is_blind,
    decided::timestamp as decided_at,
    evidence_mark::varchar as evidence_mark,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number
from readable
