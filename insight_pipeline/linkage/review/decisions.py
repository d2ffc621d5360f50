"""Reviewers' decisions: every one ever delivered, and those that take effect tonight.

Belongs here: from the feed of decisions to pairs that must, or may not, be one person. Does not
belong here: decisions that contradict one another through others (conflicts), or what clustering
makes of a pair. A pure function of the feed and the policy: the order of arrival changes nothing.

A verdict about two groups of records is one about every pair across them. Of each reviewer the
latest verdict on a pair counts. It takes effect when as many reviewers as the policy requires say
so and nobody disagrees, or when a third has judged and there are two for every one against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.linkage.policy import LinkagePolicy
from insight_pipeline.linkage.review.conflicts import put_back_contradictions

COLUMNS = {
    "decision_id": "VARCHAR",
    "record_id_l": "VARCHAR",
    "record_id_r": "VARCHAR",
    "verdict_code": "VARCHAR",
    "scope_code": "VARCHAR",
    "records_l": "VARCHAR[]",
    "records_r": "VARCHAR[]",
    "sampling_code": "VARCHAR",
    "reason_code": "VARCHAR",
    "reason": "VARCHAR",
    "reviewer_id": "VARCHAR",
    "is_blind": "BOOLEAN",
    "decided_at": "TIMESTAMP",
    "evidence_mark": "VARCHAR",
    "delivery_id": "VARCHAR",
    "row_number": "BIGINT",
}
# Reviewers from which on one who disagrees can be outvoted.
ENOUGH_TO_OUTVOTE = 3

# A verdict of nobody else: the latest of each reviewer on each pair, unless taken back.
_VOTE = """
    create or replace table decision_vote as
    with sided as (
        select *,
            case when scope_code = 'people' then records_l else [record_id_l] end as side_l,
            case when scope_code = 'people' then records_r else [record_id_r] end as side_r
        from decision
    ), half as (
        select * exclude (side_l), unnest(side_l) as l from sided
    ), crossed as (
        select * exclude (side_r, l), l, unnest(side_r) as r from half
    ), judged as (
        select distinct least(l, r) as record_id_l, greatest(l, r) as record_id_r, reviewer_id,
            verdict_code as verdict, decision_id, decided_at
        from crossed where l <> r
    ), latest as (
        select * from judged
        qualify row_number() over (
            partition by record_id_l, record_id_r, reviewer_id
            order by decided_at desc, decision_id desc) = 1
    )
    select * from latest where verdict <> 'withdrawn' order by all
"""

_PAIR = f"""
    create or replace table decision_pair as
    with counted as (
        select record_id_l, record_id_r,
            count(*) filter (verdict = 'same') as same,
            count(*) filter (verdict = 'different') as different
        from decision_vote group by all
    ), decided as (
        select record_id_l, record_id_r,
            case when same > different then 'same' else 'different' end as verdict
        from counted
        where greatest(same, different) >= $required
            and (least(same, different) = 0
                or (same + different >= {ENOUGH_TO_OUTVOTE}
                    and greatest(same, different) >= 2 * least(same, different)))
    )
    select record_id_l, record_id_r, verdict,
        arg_min(decision_id, (decided_at, decision_id)) as decision_id
    from decided inner join decision_vote using (record_id_l, record_id_r, verdict)
    group by all order by all
"""


@dataclass(frozen=True)
class DecisionCounts:
    """What came of the decisions. Pairs are of records; `put_back` names decisions, not people.

    waiting: pairs judged by too few. disagreeing: pairs on which reviewers differ and no majority
    decides. put_back: must-link decisions that would have joined what another decision holds apart.
    """

    decisions: int
    reviewers: int
    same: int
    different: int
    waiting: int
    disagreeing: int
    put_back: tuple[str, ...]


def load_decisions(
    con: duckdb.DuckDBPyConnection, paths: Sequence[Path], policy: LinkagePolicy
) -> DecisionCounts:
    """Tables decision, decision_vote, decision_pair and decision_conflict from the feed's files.

    decision(COLUMNS); decision_vote(record_id_l, record_id_r, reviewer_id, verdict, decision_id,
    decided_at): what each reviewer says now; decision_pair(record_id_l, record_id_r, verdict,
    decision_id): those in effect, record_id_l < record_id_r, one row a pair, under the first
    decision that said so; decision_conflict(decision_id, against_id): decisions put back.
    """
    con.execute(f"create or replace table decision as {_union(paths)}")
    con.execute(_VOTE)
    con.execute(_PAIR, {"required": policy.reviewers_required})
    put_back = put_back_contradictions(con)
    return _counts(con, put_back)


def _union(paths: Sequence[Path]) -> str:
    cells = ", ".join(f"{name}::{kind} as {name}" for name, kind in COLUMNS.items())
    empty = ", ".join(f"null::{kind} as {name}" for name, kind in COLUMNS.items())
    parts = [f"select {empty} where false"]
    for path in paths:
        quoted = str(path).replace("'", "''")
        parts.append(f"select {cells} from read_parquet('{quoted}')")
    return f"select distinct * from ({' union all '.join(parts)}) order by all"


def _counts(con: duckdb.DuckDBPyConnection, put_back: tuple[str, ...]) -> DecisionCounts:
    row = con.execute("""
        with open as (
            select bool_or(verdict = 'same') as has_same,
                bool_or(verdict = 'different') as has_different
            from decision_vote
            anti join decision_pair using (record_id_l, record_id_r)
            group by record_id_l, record_id_r
        )
        select
            (select count(*) from decision),
            (select count(distinct reviewer_id) from decision),
            (select count(*) from decision_pair where verdict = 'same'),
            (select count(*) from decision_pair where verdict = 'different'),
            (select count(*) from open where has_same <> has_different),
            (select count(*) from open where has_same and has_different)
    """).fetchall()[0]
    decisions, reviewers, same, different, waiting, disagreeing = map(int, row)
    return DecisionCounts(decisions, reviewers, same, different, waiting, disagreeing, put_back)
