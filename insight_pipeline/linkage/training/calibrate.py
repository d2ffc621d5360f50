"""From evidence to a frozen model: everything that is counted over all of it, once.

Belongs here: the order in which a model comes about. Does not belong here: any of its parts.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import numpy as np

from insight_pipeline.linkage.model.comparisons import (
    COMPARISONS,
    definition,
    frequency_columns,
)
from insight_pipeline.linkage.model.files import FrozenModel, save
from insight_pipeline.linkage.model.frequency import (
    count_frequencies,
    group_sure_duplicates,
    rarest_shares,
)
from insight_pipeline.linkage.model.frozen import frozen_lookups
from insight_pipeline.linkage.model.lookups import freeze
from insight_pipeline.linkage.pairs.blocking import choose_limits
from insight_pipeline.linkage.pairs.scoring import KEPT, score_candidates
from insight_pipeline.linkage.people.clustering import Pairs
from insight_pipeline.linkage.people.trust import judge_issuers
from insight_pipeline.linkage.training.plausibility import (
    find_doubts,
    is_provisional,
    kin_share,
)
from insight_pipeline.linkage.training.precision import estimate_precision, join_weight
from insight_pipeline.linkage.training.train import train


def calibrate(
    con: duckdb.DuckDBPyConnection, folder: Path, date: datetime.date | None
) -> FrozenModel:
    """A model of all the evidence, kept in `folder`; leaves tables candidate and pair scored.

    Reads record, fresh_key, name_use, evidence_value and trusted_value of all the evidence.
    """
    records = _number(con, "select count(*) from record")
    columns = frequency_columns(COMPARISONS)
    group_sure_duplicates(con)
    count_frequencies(con, columns)
    limits = choose_limits(con, records)
    model = train(con, COMPARISONS, records, _number(con, "select count(*) from candidate"))
    model = replace(
        model,
        definition=definition(COMPARISONS),
        kin_share=kin_share(model, records),
        block_limits=limits,
        rarest=rarest_shares(con, columns),
        findings=find_doubts(COMPARISONS, model, records),
        is_provisional=is_provisional(model, records),
    )
    score_candidates(con, COMPARISONS, model)
    curve = estimate_precision(records, _scored(con))
    model = replace(
        model,
        join=join_weight(curve),
        precision=curve,
        issuers={issuer.name: _counts(asdict(issuer)) for issuer in judge_issuers(con)},
    )
    return save(folder, model, date, lambda path: freeze(con, frozen_lookups(model), path))


def _scored(con: duckdb.DuckDBPyConnection) -> Pairs:
    """Table pair by positions of records in the order of rid."""
    rids = con.execute("select rid from record order by rid").fetchnumpy()["rid"]
    table = con.execute(f"""
        select rid_l, rid_r, match_weight, veto is not null as vetoed from pair where {KEPT}
        order by rid_l, rid_r
    """).fetchnumpy()
    return Pairs(
        left=np.searchsorted(rids, table["rid_l"]),
        right=np.searchsorted(rids, table["rid_r"]),
        weight=table["match_weight"],
        vetoed=table["vetoed"],
    )


def _counts(issuer: dict[str, object]) -> dict[str, int]:
    return {name: int(str(count)) for name, count in issuer.items() if name != "name"}


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0] or 0)
