"""People whose records hang together by little: each as two groups, at its weakest cut.

Belongs here: finding them and cutting them. Does not belong here: the numbers of a cut (cut), or
whether they are right (a reviewer says).
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl

from insight_pipeline.linkage.arrays import Integers
from insight_pipeline.linkage.review.cut import matrices, weakest_cuts

# So many records of one person, of which fewer than half of all pairs agree, hang by threads.
SUSPICIOUS_RECORDS = 6
SUSPICIOUS_DENSITY = 0.5
# Larger people do not come from clustering.
LARGEST = 1000
BATCH_CELLS = 4_000_000

# People whose records do not all agree well above the threshold.
_LOOSE = """
    create or replace temp table review_loose as
    with size as (
        select citizen_key, count(*) as records from person group by all
        having count(*) between 2 and $largest
    ), inside as (
        select l.citizen_key, count(*) as scored, min(match_weight) as lowest,
            count(*) filter (match_weight >= $join) as agreeing
        from pair
        inner join person as l on l.rid = rid_l
        inner join person as r on r.rid = rid_r and r.citizen_key = l.citizen_key
        group by all
    )
    select citizen_key, records, row_number() over (order by records, citizen_key) - 1 as place,
        records >= $many and coalesce(agreeing, 0) < $density * records * (records - 1) / 2
            as is_suspicious
    from size left join inside using (citizen_key)
    where coalesce(scored, 0) < records * (records - 1) / 2 or lowest < $join + $band
"""
_LOOSE_EDGES = """
    with seated as (
        select rid, place, records,
            row_number() over (partition by citizen_key order by rid) - 1 as seat
        from person inner join review_loose using (citizen_key)
    )
    select l.place, l.records, l.seat as l, r.seat as r, match_weight
    from pair
    inner join seated as l on l.rid = rid_l
    inner join seated as r on r.rid = rid_r and r.place = l.place
    order by l.place, l.seat, r.seat
"""
_OF_ONE_PERSON = """
    insert into review_side
    with seated as (
        select record_id, place, citizen_key, is_suspicious,
            row_number() over (partition by citizen_key order by rid) - 1 as seat
        from person inner join review_loose using (citizen_key)
    )
    select citizen_key, case when is_suspicious then 'suspicious' else 'weak_cut' end,
        record_id, is_left
    from seated inner join cuts using (place, seat)
    where is_suspicious or mean < $join + $band
"""


def find_loose(con: duckdb.DuckDBPyConnection, join: float, band: float) -> None:
    """Add to review_side every person whose weakest cut is within the band, or who is suspicious.

    A cut in the band needs a pair below its upper end, so only people with such a pair are cut.
    """
    limits = {"largest": LARGEST, "many": SUSPICIOUS_RECORDS, "density": SUSPICIOUS_DENSITY}
    con.execute(_LOOSE, {"join": join, "band": band, **limits})
    con.register("cuts", _cuts(con).to_arrow())
    con.execute(_OF_ONE_PERSON, {"join": join, "band": band})
    con.unregister("cuts")


def _cuts(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """place, seat, is_left, mean: the weakest cut of every person of review_loose."""
    people: pl.DataFrame = con.sql("select place, records from review_loose order by place").pl()
    edges: pl.DataFrame = con.sql(_LOOSE_EDGES).pl()
    empty = pl.DataFrame(
        schema={"place": pl.Int64, "seat": pl.Int64, "is_left": pl.Boolean, "mean": pl.Float64}
    )
    return pl.concat([empty, *_batches(people, edges)])


def _batches(people: pl.DataFrame, edges: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Equally large people together, bounded in memory; they lie side by side by place."""
    for size in people["records"].unique().sort().to_list():
        places = people.filter(pl.col("records") == size)["place"]
        first, end = int(places[0]), int(places[-1]) + 1
        step = max(1, BATCH_CELLS // (size * size))
        for start in range(first, end, step):
            count = min(step, end - start)
            inside = edges.filter(pl.col("place").is_between(start, start + count, closed="left"))
            is_left, mean = weakest_cuts(_stacked(inside, start, count, size))
            yield pl.DataFrame(
                {
                    "place": np.repeat(np.arange(start, start + count), size),
                    "seat": np.tile(np.arange(size), count),
                    "is_left": is_left.ravel(),
                    "mean": np.repeat(mean, size),
                }
            )


def _stacked(inside: pl.DataFrame, start: int, count: int, size: int) -> Integers:
    place, row, column = (inside[name].to_numpy().astype(np.int64) for name in ("place", "l", "r"))
    weight = inside["match_weight"].to_numpy().astype(np.float64)
    return matrices(count, size, (place - start, row, column, weight))
