"""Self-calibration: the pairs a model is estimated from, chosen and compared without labels.

Belongs here: drawing candidate and random pairs, and counting how they agree. Does not belong
here: the estimation itself (estimation) or the comparing (splink_engine).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np

from insight_pipeline.linkage.model.comparisons import Comparison
from insight_pipeline.linkage.model.model import Model, Shares
from insight_pipeline.linkage.pairs.splink_engine import score, splink_settings
from insight_pipeline.linkage.training.estimation import Patterns, estimate

RANDOM_PAIRS = 250_000
CANDIDATE_PAIRS = 400_000
CANDIDATE, RANDOM = "candidate", "random"


def train(
    con: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], records: int, candidates: int
) -> Model:
    """A model of the evidence in tables record, sure and candidate."""
    share = _choose_pairs(con, records, candidates)
    _compare(con, comparisons)
    drawn = _patterns(con, comparisons, CANDIDATE)
    candidate = Patterns(drawn.levels, drawn.rarity, drawn.pairs / share)
    return estimate(comparisons, records, candidate, _patterns(con, comparisons, RANDOM))


def level_columns(comparisons: Sequence[Comparison]) -> list[str]:
    """Splink counts levels down to 0 for else and uses -1 for missing; we count from the best."""
    return [
        f"case when gamma_{c.name} < 0 then -1 else {len(c.levels) - 1} - gamma_{c.name} end"
        f"::tinyint as {c.name}"
        for c in comparisons
    ]


def _rarity(comparisons: Sequence[Comparison]) -> str:
    """How rare the agreed values are, in bits below nought: the sum of log2 of frequencies."""
    terms = [
        f"case when gamma_{c.name} = {len(c.levels) - 1 - position} then log2(greatest("
        f"tf_{level.frequency}_l, tf_{level.frequency}_r)) else 0 end"
        for c in comparisons
        for position, level in enumerate(c.levels)
        if level.frequency
    ]
    return " + ".join(terms)


def _choose_pairs(con: duckdb.DuckDBPyConnection, records: int, candidates: int) -> float:
    """Table training_pair(rid_l, rid_r, match_key); returns the share of candidates taken.

    Both kinds are chosen by hashes of record ids: neither row order nor threads can change them.
    """
    share = min(1.0, CANDIDATE_PAIRS / max(candidates, 1))
    shifts = max(1, min(RANDOM_PAIRS // max(records, 1), (records - 1) // 2))
    con.execute(f"""
        create or replace table training_pair as
        with shuffled as (
            select rid, row_number() over (order by hash(record_id), rid) - 1 as seat from record
        ), drawn as (
            select rid, (seat + step) % {max(records, 1)} as other_seat
            from shuffled cross join range(1, {shifts + 1}) as shift(step)
        )
        select rid_l, rid_r, '{CANDIDATE}' as match_key from candidate
        where hash(rid_l, rid_r) % 1000000 < {round(share * 1_000_000)}
        union all
        select least(a.rid, b.rid), greatest(a.rid, b.rid), '{RANDOM}'
        from drawn as a
        inner join shuffled as b on b.seat = a.other_seat
        inner join sure as one on one.rid = a.rid
        inner join sure as other on other.rid = b.rid
        where one.person <> other.person
    """)
    return share


def _compare(con: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison]) -> None:
    """Table compared: the agreement pattern of every training pair, rarity to half a bit."""
    shares: Shares = {c.name: [1 / len(c.levels)] * len(c.levels) for c in comparisons}
    settings = splink_settings(comparisons, shares, shares, 0.001, explained=True)
    rarity = f"(round(2 * ({_rarity(comparisons)})) / 2) as rarity"
    score(con, settings, "training_pair", "compared", [
        "match_key", *level_columns(comparisons), rarity,
    ])  # fmt: skip


def _patterns(
    con: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison], kind: str
) -> Patterns:
    names = [c.name for c in comparisons]
    table = con.execute(
        f"select {', '.join(names)}, rarity, count(*) as pairs from compared"
        " where match_key = ? group by all order by all",
        [kind],
    ).fetchnumpy()
    return Patterns(
        levels=np.column_stack([table[name].astype(np.int64) for name in names]),
        rarity=table["rarity"].astype(np.float64),
        pairs=table["pairs"].astype(np.float64),
    )
