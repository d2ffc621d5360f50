"""Who decided what, when and why: every decision delivered, and what came of it.

Belongs here: the list. Does not belong here: reckoning what takes effect (decisions). The reason in
the reviewer's own words may name somebody: it is for the page, never for a log or summary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from insight_pipeline.linkage.review.notebook import Judgement


@dataclass(frozen=True)
class Audited:
    """One decision. state: in effect, put back, not in effect; pairs: of records, in effect."""

    decision_id: str
    reviewer_id: str
    decided_at: datetime
    verdict_code: str
    sampling_code: str
    reason_code: str
    reason: str
    is_blind: bool
    records: int
    state: str


def audit(con: duckdb.DuckDBPyConnection) -> list[Audited]:
    """Every decision, the latest first."""
    rows = con.execute("""
        with settled as (
            select distinct vote.decision_id
            from decision_vote as vote
            semi join decision_pair as pair
                on pair.record_id_l = vote.record_id_l and pair.record_id_r = vote.record_id_r
                and pair.verdict = vote.verdict
        )
        select decision_id, reviewer_id, decided_at, verdict_code, sampling_code, reason_code,
            reason, is_blind,
            case when scope_code = 'people' then len(records_l) + len(records_r) else 2 end,
            case
                when decision_id in (select decision_id from decision_conflict) then 'put back'
                when decision_id in (from settled) then 'in effect'
                else 'not in effect'
            end
        from decision order by decided_at desc, decision_id
    """).fetchall()
    return [Audited(*row) for row in rows]


def decided(con: duckdb.DuckDBPyConnection, decision_id: str, reviewer: str) -> Judgement | None:
    """A decision of this reviewer as it was given; None where there is none, or it took one back.

    It answers no question of tonight's queue: its item id is its own.
    """
    names = [name for name in Judgement.model_fields if name not in ("item_id", "decided_at")]
    rows = con.execute(
        f"select {', '.join(names)}, strftime(decided_at, '%Y-%m-%d %H:%M:%S') from decision"
        " where decision_id = ? and reviewer_id = ? and verdict_code <> 'withdrawn'",
        [decision_id, reviewer],
    ).fetchall()
    if not rows:
        return None
    values = dict(zip([*names, "decided_at"], rows[0], strict=True))
    sides = {side: tuple(values[side]) for side in ("records_l", "records_r")}
    return Judgement(**{**values, **sides, "item_id": decision_id})
