"""The steps of one night over one connection, from files of evidence to people.

Belongs here: the order of the steps and what each tells the progress. Does not belong here: any
step, or when a night may be skipped (link).

There is one way through, whether everything is new or one record: what changed is cleaned and
compared with whatever shares a key with it, and the components it touches are clustered again.
Tonight's tables stand in memory under plain names, what lasts in the attached `store`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.linkage.evidence.change import evidence_date, find_changes, remember
from insight_pipeline.linkage.evidence.load import count_values, load_evidence, union_of
from insight_pipeline.linkage.evidence.record import build_records, count_names
from insight_pipeline.linkage.model.comparisons import COMPARISONS
from insight_pipeline.linkage.model.files import FrozenModel
from insight_pipeline.linkage.model.frozen import thaw_frequencies, thaw_names
from insight_pipeline.linkage.pairs.blocking import left_out, make_keys, propose
from insight_pipeline.linkage.pairs.completing import complete_components
from insight_pipeline.linkage.pairs.scoring import KEPT, score_candidates
from insight_pipeline.linkage.people.affected import find_affected
from insight_pipeline.linkage.people.partition import find_people
from insight_pipeline.linkage.people.trust import Issuer
from insight_pipeline.linkage.policy import LinkagePolicy
from insight_pipeline.linkage.review.decisions import DecisionCounts, load_decisions
from insight_pipeline.linkage.state import (
    absorb_evidence,
    absorb_pairs,
    absorb_records,
)
from insight_pipeline.linkage.training.calibrate import calibrate

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What a night goes by: the model in use (None: train one), and why all is linked anew."""

    evidence: Sequence[Path]
    models: Path
    frozen: FrozenModel | None
    anew: str | None
    decisions: Sequence[Path]
    policy: LinkagePolicy


@dataclass(frozen=True)
class Found:
    """What linking found out, beside the tables it left: counts of records and pairs."""

    frozen: FrozenModel
    date: datetime.date | None
    anew: str | None
    changed: int
    affected: int
    pairs_scored: int
    left_out: int
    decisions: DecisionCounts


def find(con: duckdb.DuckDBPyConnection, plan: Plan, progress: Progress) -> Found:
    """Which records are one person: temp table part of the affected; store brought up to date.

    Depends on the evidence, the decisions and the model, and on nothing else.
    """
    changed = find_changes(con, plan.evidence, plan.anew is not None)
    progress(f"linkage: {changed:,} records changed")
    load_evidence(con, plan.evidence, only="renewed")
    count_values(con)
    frozen = _compare(con, plan, progress)
    pairs = number(con, "select count(*) from candidate")
    ignored = left_out(con, frozen.model.block_limits, plan.frozen is None)
    if ignored:
        progress(f"linkage: {ignored:,} records say what too many others say: not compared")
    progress(f"linkage: {pairs:,} pairs compared")
    absorb_evidence(con, union_of(con, plan.evidence))
    absorb_records(con)
    absorb_pairs(con, KEPT)
    decisions = take_decisions(con, plan.decisions, plan.policy)
    affected = find_affected(con, frozen.model.join, plan.anew)
    issuers = [Issuer(name, **counts) for name, counts in frozen.model.issuers.items()]
    find_people(con, issuers, frozen.model.join, _DECIDED, lambda: complete_components(con, frozen))
    remember(con)
    date = evidence_date(con, plan.evidence)
    return Found(frozen, date, plan.anew, changed, affected, pairs, ignored, decisions)


# Both ends of every pair about which something else is in effect now than last night.
_CHANGED_DECISION = """
    create or replace temp table changed_decision as
    with changed as (
        (from last_decision except from in_effect) union (from in_effect except from last_decision)
    )
    select distinct unnest([record_id_l, record_id_r]) as record_id from changed
"""
# Decisions about records that nobody delivers any more decide nothing.
_DECIDED = """
    select l.rid as rid_l, r.rid as rid_r, verdict
    from store.decision_pair
    inner join store.record as l on l.record_id = record_id_l
    inner join store.record as r on r.record_id = record_id_r
"""
_IN_EFFECT = "select record_id_l, record_id_r, verdict from store.decision_pair"


def take_decisions(
    con: duckdb.DuckDBPyConnection, paths: Sequence[Path], policy: LinkagePolicy
) -> DecisionCounts:
    """Reviewers' decisions into the store; temp table changed_decision holds what differs."""
    con.execute(f"create or replace temp table last_decision as {_IN_EFFECT}")
    con.execute("use store")
    counts = load_decisions(con, paths, policy)
    con.execute("use memory")
    con.execute(f"create or replace temp table in_effect as {_IN_EFFECT}")
    con.execute(_CHANGED_DECISION)
    return counts


def _compare(con: duckdb.DuckDBPyConnection, plan: Plan, progress: Progress) -> FrozenModel:
    """Tables record, candidate, lost_pair and pair; the model they were compared by."""
    if plan.frozen is not None:
        thaw_names(con, plan.frozen)
    else:
        count_names(con)
    build_records(con)
    make_keys(con)
    if plan.frozen is not None:
        propose(con, plan.frozen.model.block_limits)
        _fetch_partners(con)
        thaw_frequencies(con, plan.frozen)
        score_candidates(con, COMPARISONS, plan.frozen.model)
        return plan.frozen
    progress("linkage: training a model on the evidence itself")
    frozen = calibrate(con, plan.models, evidence_date(con, plan.evidence))
    con.execute("insert into store.block_key from fresh_key")
    con.execute("create or replace temp table lost_pair (rid_l bigint, rid_r bigint)")
    return frozen


def _fetch_partners(con: duckdb.DuckDBPyConnection) -> None:
    """Unchanged records that tonight's pairs compare with, beside the renewed ones in record."""
    con.execute("create table if not exists store.record as from record limit 0")
    con.execute("""
        insert into record by name
        select partner.* from store.record as partner
        semi join (select unnest([rid_l, rid_r]) as rid from candidate) as wanted using (rid)
        anti join record as renewed using (rid)
        anti join stale using (rid)
    """)


def number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one whole number a query gives."""
    return int(con.execute(query).fetchall()[0][0] or 0)
