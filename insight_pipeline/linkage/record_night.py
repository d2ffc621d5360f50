"""The end of a night: people get their ids, citizens their facts, and the store its record of it.

Belongs here: the order of these steps and the night in numbers. Does not belong here: who is one
person (night), or what any step does.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from insight_pipeline.linkage.citizens.golden import describe_citizens, load_lookups
from insight_pipeline.linkage.ledger.announcing import Announced, announce
from insight_pipeline.linkage.ledger.events import EVENTS
from insight_pipeline.linkage.ledger.nightly import LedgerCounts, update_ledger
from insight_pipeline.linkage.night import Found, number
from insight_pipeline.linkage.policy import LinkagePolicy
from insight_pipeline.linkage.store import Previous, write_meta
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary


@dataclass(frozen=True)
class Night:
    """What a night was given: files beside the evidence, fingerprints, last night's record."""

    lookups: LinkageInputs
    inputs: str
    method: str
    previous: Previous | None
    policy: LinkagePolicy

    @property
    def number(self) -> int:
        return 1 if self.previous is None else self.previous.night + 1


@dataclass(frozen=True)
class Counted:
    """What the steps of the night's end report."""

    ledger: LedgerCounts
    announced: Announced


def record_night(con: duckdb.DuckDBPyConnection, found: Found, night: Night) -> LinkageSummary:
    """Name the people of table part, describe them, measure them, write down the night."""
    con.execute("use store")
    _remember_old_keys(con)
    con.execute(_PUT_BACK)
    as_of = found.date
    _start_night(con, found, night)
    ledger = update_ledger(con, night.number, as_of)
    _remember_doubtful(con)
    announced = announce(con, night.number, as_of, night.policy, found.frozen.model.join)
    _touch_citizens(con, night)
    describe_citizens(con)
    counted = Counted(ledger, announced)
    summary = _summary(con, found, night, counted)
    con.execute("use memory")
    written = Previous(
        night.inputs, night.method, found.frozen.name, night.number, summary.to_json()
    )
    write_meta(con, written)
    return summary


# A must-link that would have joined what a veto keeps apart goes back to review like any other.
_PUT_BACK = """
    insert into decision_conflict
    select distinct decision_id, null from decision_pair as pair
    semi join refused_bond as refused
        on pair.record_id_l = least(refused.record_id_l, refused.record_id_r)
        and pair.record_id_r = greatest(refused.record_id_l, refused.record_id_r)
    where verdict = 'same'
"""
_NIGHT = """
    create table if not exists night
        (night bigint, as_of_date date, cause varchar, model varchar, inputs varchar)
"""


def _start_night(con: duckdb.DuckDBPyConnection, found: Found, night: Night) -> None:
    cause = found.anew or "new evidence or decisions"
    con.execute(_NIGHT)
    con.execute(
        "insert into night values (?, ?, ?, ?, ?)",
        [night.number, found.date, cause, found.frozen.name, night.inputs],
    )


def _remember_old_keys(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        create or replace temp table old_key as
        select distinct citizen_key from person
        where rid in (select rid from affected) or rid in (select rid from stale)
    """)


def _remember_doubtful(con: duckdb.DuckDBPyConnection) -> None:
    """Table doubtful_person(citizen_key): large people that hang together badly; never unseen."""
    con.execute("create table if not exists doubtful_person (citizen_key varchar)")
    con.execute("""
        delete from doubtful_person where citizen_key in (select citizen_key from old_key)
    """)
    con.execute("""
        insert into doubtful_person
        select distinct citizen_key from part inner join person using (rid) where is_doubtful
    """)


def _touch_citizens(con: duckdb.DuckDBPyConnection, night: Night) -> None:
    """Temp table touched_citizen: keys whose facts may have changed; all where a lookup did."""
    same = load_lookups(con, night.lookups.area_lookup, night.lookups.opt_out)
    wanted = "select citizen_key from person" + (" semi join affected using (rid)" if same else "")
    con.execute(f"""
        create or replace temp table touched_citizen as
        select citizen_key from old_key union {wanted}
    """)


def _summary(
    con: duckdb.DuckDBPyConnection, found: Found, night: Night, counted: Counted
) -> LinkageSummary:
    sizes = cluster_sizes(con)
    ledger = counted.ledger
    return LinkageSummary(
        night=night.number,
        records=sum(size * people for size, people in sizes.items()),
        changed=found.changed,
        affected=found.affected,
        evidence_rows=number(con, "select count(*) from person_evidence"),
        people=sum(sizes.values()),
        citizens=number(con, "select count(*) from citizen"),
        pairs_scored=found.pairs_scored,
        left_out=found.left_out,
        cluster_sizes=sizes,
        largest_cluster=max(sizes, default=0),
        **{event: getattr(ledger, event) for event in EVENTS},
        vetoes=vetoes_applied(con),
        cause=found.anew,
        model=found.frozen.name,
        is_provisional=found.frozen.model.is_provisional,
        model_findings=len(found.frozen.model.findings),
        churn_percent=round(ledger.churn.people_percent, 3),
        is_churn_over_limit=ledger.churn.over_limit(night.policy),
        announced=counted.announced.told,
        held=counted.announced.held,
        decisions=found.decisions.decisions,
        decisions_in_effect=found.decisions.same + found.decisions.different,
        decisions_put_back=len(found.decisions.put_back)
        + number(con, "select count(*) from refused_bond"),
        doubtful_people=number(con, "select count(*) from doubtful_person"),
    )


def cluster_sizes(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """How many people have how many records."""
    rows = con.execute("""
        select size, count(*) from (select count(*) as size from person group by citizen_key)
        group by size order by size
    """).fetchall()
    return {int(size): int(people) for size, people in rows}


def vetoes_applied(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many stored pairs each veto forbids."""
    rows = con.execute(
        "select veto, count(*) from pair where veto is not null group by veto order by veto"
    ).fetchall()
    return {str(veto): int(pairs) for veto, pairs in rows}
