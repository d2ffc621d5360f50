"""How much figures depend on linkage: alternative partitions, each as likely as tonight's doubts.

Belongs here: what may be drawn, and handing it over. Does not belong here: what a doubt is worth
(joins, calibration), or the partition that is used (people): no draw ever becomes that.

A person whose records may be two, or two people who may be one, are drawn anew: each doubtful join
holds with its calibrated probability, joins beyond doubt always do. Vetoes, different numbers and
decisions hold in every draw. What falls out depends on the model, the number of the draw and the
join itself, so an unchanged person is drawn alike every night, whoever else came or went.
People who opted out are in no draw.

How a figure uses them: the figure is made once from the citizens as they are and once per draw,
each event taking the citizen of table linkage_draw where it has one there; the spread of the
figures over the draws is what linkage adds to their uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from insight_pipeline.linkage.arrays import Integers
from insight_pipeline.linkage.quality.basis import Basis, exists
from insight_pipeline.linkage.quality.calibration import Calibration
from insight_pipeline.linkage.quality.doubts import find_doubts
from insight_pipeline.linkage.quality.drawing import draw, moved

TABLE = "linkage_draw"


@dataclass(frozen=True)
class DrawCounts:
    """`people`: how many there are in each draw, the first first; `base`: how many tonight."""

    base: int
    people: tuple[int, ...]
    doubtful_joins: int
    records_moved: int

    @property
    def fewest(self) -> int:
        return min(self.people, default=self.base)

    @property
    def most(self) -> int:
        return max(self.people, default=self.base)


def draw_partitions(
    con: duckdb.DuckDBPyConnection, basis: Basis, calibration: Calibration, draws: int
) -> DrawCounts:
    """Table linkage_draw(draw, record_id, citizen_key), rows only where tonight's person differs.

    Goes on from the temp tables that `measure_quality` left. Draws count from 1. A part that
    split off has a key made from its person's and its smallest record; people who merged have the
    smallest of their keys. The smallest record of a person carries its key.
    """
    block, doubts = find_doubts(con, basis, calibration)
    cluster = draw(doubts, draws)
    _write(con, block, cluster)
    drawn = [len(np.unique(labels)) for labels in cluster]
    return DrawCounts(
        base=(everyone := _number(con, "select count(distinct person) from member")),
        people=tuple(
            everyone - _number(con, "select count(distinct person) from drawable") + people
            for people in drawn
        ),
        doubtful_joins=len(doubts.edges.left),
        records_moved=_number(con, f"select count(*) from {TABLE}"),
    )


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])


def _write(con: duckdb.DuckDBPyConnection, block: Integers, cluster: Integers) -> None:
    """Table linkage_draw from the cluster of every block in every draw."""
    seats = con.execute("""
        select key_rank, rid = person as is_first from drawable order by seat
    """).fetchnumpy()
    _, smallest = np.unique(block, return_index=True)
    carries = np.zeros(cluster.shape[1], dtype=np.bool_)
    carries[block[seats["is_first"]]] = True
    found = moved(cluster, seats["key_rank"].astype(np.int64)[smallest], carries)
    con.register("block_of", pa.table({"seat": np.arange(len(block)), "block": block}))
    con.register("moved", pa.table({
        "draw": found.draw, "block": found.block, "key_rank": found.rank,
        "first_seat": smallest[found.first],
    }))  # fmt: skip
    con.execute(_DRAWN.format(table=TABLE))
    con.unregister("block_of")
    con.unregister("moved")


_DRAWN = """
    create or replace table {table} as
    with ranked as (select distinct key_rank, citizen_key from drawable)
    select moved.draw::integer as draw, record.record_id,
        coalesce(ranked.citizen_key, substr(sha256(
            'draw ' || drawable.citizen_key || ' ' || first.record_id), 1, 24)) as citizen_key
    from moved
    inner join block_of using (block)
    inner join drawable using (seat)
    inner join record on record.rid = drawable.rid
    inner join drawable as first_seat on first_seat.seat = moved.first_seat
    inner join record as first on first.rid = first_seat.rid
    left join ranked on ranked.key_rank = moved.key_rank
    order by draw, record_id
"""


def export_draws(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Write linkage_draw as Parquet (draw, record_id, citizen_key); False where there is none."""
    if not exists(con, TABLE):
        return False
    quoted = "'" + str(path).replace("'", "''") + "'"
    con.execute(
        f"copy (select draw, record_id, citizen_key from {TABLE} order by draw, record_id)"
        f" to {quoted} (format parquet)"
    )
    return True
