"""The ledger's part of a night: from tonight's parts to ids, events, memberships and churn.

Belongs here: the order of the steps and what the ledger insists on. Does not belong here: any
step. Only people with a record in `part` or `changed_record` are looked at; everyone else's rows
are not touched, and the result does not depend on the order of any rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.linkage.ledger.changes import find_changes
from insight_pipeline.linkage.ledger.churn import Churn, kept, measure_churn
from insight_pipeline.linkage.ledger.claims import name_parts
from insight_pipeline.linkage.ledger.events import EVENTS, record_events
from insight_pipeline.linkage.ledger.history import keep_memberships
from insight_pipeline.linkage.ledger.tables import number, start_ledger


@dataclass(frozen=True)
class LedgerCounts:
    """How many ids had which event tonight, and how many records changed theirs."""

    created: int
    merged: int
    split: int
    moved: int
    retired: int
    returned: int
    churn: Churn


# A new model or method looks at every record there is: who has no part then is gone.
_BEFORE = """
    create or replace temp table ledger_before as
    with gone as (
        select rid from given_changed_record where change = 'deleted'
        union
        select rid from person
        where rid not in (select rid from part)
            and exists (from given_affected where cause in ('new model', 'new method'))
    )
    select person.record_id, rid, citizen_key, person.component, part.part, false as is_gone
    from person inner join part using (rid)
    union all
    select record_id, rid, citizen_key, component, null, true
    from person where rid in (select rid from gone)
"""

# What must be nought for every record to have one id and every id one part.
_MUST_BE_NOUGHT = {
    "records that are in tonight's parts twice": "select count(*) - count(distinct rid) from part",
    "records both deleted and in a part": """
        select count(*) from part
        where rid in (select rid from given_changed_record where change = 'deleted')
        """,
    "records left out whose people are in tonight's parts": """
        select (select count(*) from person where citizen_key in (
            select citizen_key from ledger_before)) - (select count(*) from ledger_before)
        """,
}

_PERSON = """
    insert into person (record_id, rid, citizen_key, component)
    select record_id, rid, citizen_key, component from ledger_after order by rid
"""


def update_ledger(con: duckdb.DuckDBPyConnection, night: int, as_of: date | None) -> LedgerCounts:
    """Give tonight's parts their ids: tables person, ledger_event, membership, issued_key, churn.

    Reads part, and what there is of changed_record, affected, pair and decision_pair. Raises
    InsightError when a person is only partly in tonight's parts, or the night was before.
    """
    start_ledger(con)
    con.execute(_BEFORE)
    _insist(con, night)
    name_parts(con)
    find_changes(con, "ledger_change", "ledger_before", "ledger_after", "issued_key")
    population = kept(con)
    counts = record_events(con, night, as_of)
    keep_memberships(con, night)
    churn = measure_churn(con, night, as_of, population)
    con.execute("delete from person where rid in (select rid from ledger_before)")
    con.execute(_PERSON)
    return LedgerCounts(**{event: counts.get(event, 0) for event in EVENTS}, churn=churn)


def _insist(con: duckdb.DuckDBPyConnection, night: int) -> None:
    found = {what: number(con, query) for what, query in _MUST_BE_NOUGHT.items()}
    faults = [_fault(f"{count:,} {what}") for what, count in found.items() if count]
    last = number(con, "select max(night) from churn")
    if last >= night:
        faults.append(_fault(f"night {night} after night {last}"))
    raise_all(faults)


def _fault(found: str) -> Fault:
    return Fault(
        where="identity ledger",
        expected="whole people, each record once, and a night after the last",
        found=found,
        consequence="nothing was written: the store and all citizen ids are as they were",
        next_step="run the night again; if it stays so, this is a fault of linkage and not of data",
    )
