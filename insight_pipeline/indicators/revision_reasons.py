"""Why a figure changed, by evidence: what it rests on, last night compared with tonight.

Belongs here: the order in which evidence counts, set-based over all figures. Does not belong here:
the marks that are compared (revision_marks.py), or a reason somebody declares (revision.py).

In order of precedence (docs/revisions.md says it with examples):
  method           SQL behind the indicator, its macros or its header differ
  contract_change  a contract of a feed behind it, its code lists, or who is commissioned differ
  error            a delivery sent again changed or took back events that bear on the period
  late_data        deliveries came that cover the period or its follow-up, or events within them
  linkage          none of these, but people were joined, parted, moved or counted out
  late_data        nor that, but events from before the period came
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from insight_pipeline.indicators.revision_events import compare_events
from insight_pipeline.indicators.revision_memory import DELIVERIES, MARKS

# A correction is about a period of which another delivery had spoken, and takes rows back. In the
# period it may be a row that a later delivery had told again.
_NEW_DELIVERIES = f"""
create or replace temp table new_delivery as
with
losing as (
    select distinct older.stem
    from tonight_delivery as older
    inner join {DELIVERIES} as known using (stem, delivery_id)
    where older.superseded_rows > known.superseded_rows
)

select
    tonight.stem,
    tonight.delivery_id,
    tonight.period_from,
    tonight.period_to,
    tonight.stem in (select stem from losing)
    and exists (
        select 1
        from {DELIVERIES} as older
        where
            older.is_accepted
            and older.stem = tonight.stem
            and older.delivery_id <> tonight.delivery_id
            and older.period_from <= tonight.period_from
            and older.period_to >= tonight.period_to
    ) as is_correction
from tonight_delivery as tonight
left join {DELIVERIES} as known using (stem, delivery_id)
where
    tonight.is_accepted
    and (not coalesce(known.is_accepted, false) or tonight.accepted_rows > known.accepted_rows)
"""

# Deliveries that spoke of all the days of a correction: what is gone from them was taken back.
_CORRECTED = """
create or replace temp table corrected_delivery as
select distinct source.delivery_id
from tonight_delivery as source
inner join new_delivery as correction
    on
        source.stem = correction.stem
        and source.delivery_id <> correction.delivery_id
        and source.period_from <= correction.period_from
        and source.period_to >= correction.period_to
where correction.is_correction
"""

_CHANGED_MARKS = f"""
create or replace temp table changed_mark as
select known.kind, known.indicator_id, known.item
from {MARKS} as known
left join tonight_mark as tonight using (kind, indicator_id, item)
where known.mark is distinct from tonight.mark
"""

_EVIDENCE = """
create or replace temp table revision_reason as
with
windows as (
    select indicator_id, max(window_days) as window_days
    from tonight_follow
    group by indicator_id
),

periods as (
    select
        asked.indicator_id,
        asked.period_from,
        asked.period_to,
        asked.period_to + coalesce(windows.window_days, 0)::integer as seen_to
    from revision_period as asked
    left join windows on asked.indicator_id = windows.indicator_id
),

events as (
    select
        periods.indicator_id,
        periods.period_from,
        periods.period_to,
        event.reason_code,
        event.to_date >= periods.period_from as is_within
    from periods
    inner join tonight_follow as follow on periods.indicator_id = follow.indicator_id
    inner join changed_event as event
        on follow.service_code = event.service_code and event.from_date <= periods.seen_to
),

deliveries as (
    select
        periods.indicator_id,
        periods.period_from,
        periods.period_to,
        new_delivery.is_correction
    from periods
    inner join tonight_feed as feed on periods.indicator_id = feed.indicator_id
    inner join new_delivery
        on
            feed.stem = new_delivery.stem
            and (
                not feed.is_event
                or (
                    new_delivery.period_from <= periods.seen_to
                    and new_delivery.period_to >= periods.period_from
                )
            )
),

evidence as (
    select indicator_id, period_from, period_to, 1 as place, 'method' as reason_code
    from periods
    where indicator_id in (select indicator_id from changed_mark where kind = 'method')
    union all
    select indicator_id, period_from, period_to, 2, 'contract_change'
    from periods
    where indicator_id in (select indicator_id from changed_mark where kind = 'contract')
    union all
    select indicator_id, period_from, period_to, 3, 'error'
    from events
    where is_within and reason_code = 'error'
    union all
    select indicator_id, period_from, period_to, 3, 'error'
    from deliveries
    where is_correction
    union all
    select indicator_id, period_from, period_to, 4, 'late_data'
    from events
    where is_within and reason_code = 'late_data'
    union all
    select indicator_id, period_from, period_to, 4, 'late_data'
    from deliveries
    union all
    select indicator_id, period_from, period_to, 5, 'linkage'
    from events
    where is_within and reason_code = 'linkage'
    union all
    select indicator_id, period_from, period_to, 6, reason_code
    from events
    where not is_within and reason_code in ('error', 'late_data')
    union all
    select indicator_id, period_from, period_to, 7, 'linkage'
    from periods
    where exists (select 1 from changed_mark where kind = 'people')
    union all
    -- Only this project's code is left.
    select indicator_id, period_from, period_to, 8, 'method'
    from periods
)

select
    indicator_id,
    period_from,
    period_to,
    min(place) as place,
    arg_min(reason_code, (place, reason_code)) as reason_code
from evidence
group by indicator_id, period_from, period_to
"""


def find_reasons(connection: duckdb.DuckDBPyConnection, yesterday: Path) -> None:
    """Make temp table `revision_reason`: indicator_id, period_from, period_to, place, reason_code.

    Asked are the figures of temp table `revision_period` (indicator_id, period_from, period_to);
    each gets one reason, whose place in the order of precedence says how strong it is. Temp table
    `changed_mark` (kind, indicator_id, item) stays as well. Tonight's marks must be loaded.
    yesterday: last night's warehouse, to compare events with.
    """
    for statement in (_NEW_DELIVERIES, _CORRECTED, _CHANGED_MARKS):
        connection.execute(statement)
    compare_events(connection, yesterday)
    connection.execute(_EVIDENCE)
