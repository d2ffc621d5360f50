"""Pairs drawn by chance, so that labels tell of linkage as a whole and not of its hard cases.

Belongs here: the draw. Does not belong here: what labels say (quality). Chance is a hash of the
two record ids: the same store gives the same draw, and nobody chooses what is looked at.
"""

from __future__ import annotations

import duckdb

BIN_BITS = 2.0

_DRAW = f"""
    insert into review_side
    with named as (
        select l.record_id as record_id_l, r.record_id as record_id_r,
            floor(match_weight / {BIN_BITS}) as bin
        from pair
        inner join person as l on l.rid = rid_l
        inner join person as r on r.rid = rid_r
    ), drawn as (
        select *, 'random ' || record_id_l || ' ' || record_id_r as question from named
        qualify row_number() over (partition by bin
            order by sha256(record_id_l || chr(31) || record_id_r)) <= $each
    )
    select question, 'random', record_id_l, true from drawn
    union all
    select question, 'random', record_id_r, false from drawn
"""


def draw_pairs(con: duckdb.DuckDBPyConnection, each: int) -> None:
    """Temp table review_side with `each` pairs of every two bits of match weight, by chance."""
    con.execute("""
        create or replace temp table review_side (
            question varchar, kind varchar, record_id varchar, is_left boolean)
    """)
    con.execute(_DRAW, {"each": each})
