/*
description: Visits of members to leisure centres.
grain: one row per visit
owner: data-engineering@ashmere.example
feeds: [service_event]
columns:
  detail_code: What the member came for; NULL when the code is not in the vocabulary.
tests:
  - not_null: [event_id, record_id, event_from_date]
  - unique: [event_id]
  - expression: event_to_date is null or event_to_date >= event_from_date
*/
with
source as (select * from accepted.activelife__visits),

readable as (
    select
        *,
        strptime(visited_at, '%Y-%m-%d %H:%M:%S')::date as visited_on
    from source
)

select
    ('activelife__visits:' || visit_id)::varchar as event_id,
    ('activelife:' || member_no)::varchar as record_id,
    'activelife'::varchar as provider_id,
    'leisure'::varchar as service_code,
    'visit'::varchar as event_code,
    visited_on::date as event_from_date,
    visited_on::date as event_to_date,
    (
        case
            when
                activity in (
                    'swimming', 'gym', 'group_exercise', 'walking_group', 'racket_sports',
                    'other_activity'
                )
                then activity
        end
    )::varchar as detail_code,
    _delivery_id::varchar as delivery_id,
    _row::bigint as row_number,
    _period_from::date as period_from,
    _period_to::date as period_to
from readable
