"""What may be drawn: doubtful joins, records beyond doubt as blocks, and what holds in every draw.

Belongs here: carrying joins, vetoes, numbers and decisions from tables to arrays. Does not belong
here: the drawing, or what becomes of it (uncertainty).
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from insight_pipeline.linkage.arrays import Integers
from insight_pipeline.linkage.people.clustering import components
from insight_pipeline.linkage.quality.basis import BINS, Basis, exists
from insight_pipeline.linkage.quality.calibration import Calibration
from insight_pipeline.linkage.quality.drawing import Doubts, Edges

# Joins surer than this, one way or the other, are not drawn.
DOUBT = 0.01

_EDGE = """
    create or replace temp table edge as
    with drawn as (
        select * from between_join where bin >= {first} and not is_decided
            and person_l in (from willing) and person_r in (from willing)
    ), doubtful as (
        select person from person_join where bin < {last}
        union select person_l from drawn union select person_r from drawn
    )
    select rid_l, rid_r, if(bin < {last}, probability, 1.0) as chance, tilt, true as is_inside
    from person_join inner join chance using (bin)
    where person in (from doubtful) and person in (from willing)
    union all
    select person_l, person_r, probability, tilt, false from drawn inner join chance using (bin)
"""


def _find_edges(con: duckdb.DuckDBPyConnection, calibration: Calibration) -> None:
    """Temp tables edge(rid_l, rid_r, chance, tilt, is_inside) and drawable(seat, rid, …)."""
    opted_in = "where citizen_key in (select citizen_key from citizen)"
    con.execute(f"""
        create or replace temp table willing as
        select distinct person from member {opted_in if exists(con, "citizen") else ""}
    """)
    con.register("chance", pa.table({
        "bin": list(BINS), "probability": calibration.probability, "tilt": calibration.tilt,
    }))  # fmt: skip
    first, last = calibration.first_bin(DOUBT), calibration.first_bin(1 - DOUBT)
    con.execute(_EDGE.format(first=first, last=last))
    con.unregister("chance")
    con.execute("""
        create or replace temp table drawable as
        with touched as (select rid_l as rid from edge union select rid_r from edge)
        select rid, person, citizen_key, row_number() over (order by rid) - 1 as seat,
            dense_rank() over (order by citizen_key) as key_rank
        from member
        where person in (select person from member semi join touched using (rid))
    """)


def find_doubts(
    con: duckdb.DuckDBPyConnection, basis: Basis, calibration: Calibration
) -> tuple[Integers, Doubts]:
    """Block of every seat of temp table drawable, and everything a draw needs.

    Goes on from the temp tables that `measure_quality` left.
    """
    _find_edges(con, calibration)
    sure = _seats(con, f"select rid_l, rid_r from edge where chance = 1 {_decided(con, 'same')}")
    seats = int(con.execute("select count(*) from drawable").fetchall()[0][0])
    first = components(seats, sure["l"], sure["r"])
    block = np.searchsorted(np.unique(first), first)
    found = _seats(con, f"""
        select *, md5_number_lower('{basis.model} ' || rid_l || ' ' || rid_r) as seed
        from edge where chance < 1
    """)  # fmt: skip
    apart = _seats(con, f"select rid_l, rid_r from pair where veto is not null"
                        f" {_decided(con, 'different')}")  # fmt: skip
    edges = Edges(
        block[found["l"]], block[found["r"]], found["chance"].astype(np.float64),
        found["tilt"], found["is_inside"], found["seed"].astype(np.uint64),
    )  # fmt: skip
    forbidden = np.column_stack([block[apart["l"]], block[apart["r"]]])
    return block, Doubts(
        int(block.max(initial=-1)) + 1, edges, forbidden, _numbers(con, basis, block)
    )


def _decided(con: duckdb.DuckDBPyConnection, verdict: str) -> str:
    """More rows of a query for rids: pairs that reviewers decided so, and that linkage heeded."""
    if not exists(con, "decision_pair"):
        return ""
    return f"""
        union all
        select l.rid, r.rid from decision_pair
        inner join record as l on l.record_id = record_id_l
        inner join record as r on r.record_id = record_id_r
        inner join member as a on a.rid = l.rid
        inner join member as b on b.rid = r.rid
        where verdict = '{verdict}' and (a.person = b.person) = ('{verdict}' = 'same')
    """


def _seats(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    """Columns of the query, sorted, with seats l and r for rid_l and rid_r; only drawable ones."""
    table: dict[str, Any] = con.execute(f"""
        select l.seat as l, r.seat as r, asked.* exclude (rid_l, rid_r)
        from ({query}) as asked
        inner join drawable as l on l.rid = rid_l
        inner join drawable as r on r.rid = rid_r
        order by all
    """).fetchnumpy()
    return table


def _numbers(con: duckdb.DuckDBPyConnection, basis: Basis, block: Integers) -> Integers:
    """Rows (block, issuer, class of numbers): numbers that one person bears are one class."""
    con.register("powerless", pa.table({"issuer": pa.array(basis.powerless, pa.string())}))
    table = con.execute("""
        with number as (
            select seat, person, issuer, dense_rank() over (order by trusted_id) - 1 as code
            from trusted_value inner join record using (record_id)
            inner join drawable using (rid)
            where issuer not in (select issuer from powerless)
        )
        select seat, dense_rank() over (order by issuer) as issuer, code,
            min(code) over (partition by person, issuer) as first
        from number order by all
    """).fetchnumpy()
    con.unregister("powerless")
    seat, issuer, code, first = (column.astype(np.int64) for column in table.values())
    classes = components(int(code.max(initial=-1)) + 1, code, first)
    return np.column_stack([block[seat], issuer, classes[code]])
