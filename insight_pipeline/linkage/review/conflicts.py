"""Decisions that contradict one another through others: A is B, B is C, yet A is not C.

Belongs here: finding them, and which must-link gives way. Does not belong here: who decided what
(decisions). A do-not-link always stands. Of the must-links the earlier ones stand; the one that
completes the contradiction is put back to review, whole: half a verdict is nobody's verdict.
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from insight_pipeline.linkage.arrays import Integers
from insight_pipeline.linkage.people.clustering import components

# A pair on which reviewers differ is held apart, too: no chain of others may decide it unseen.
_LINKS = """
    with disputed as (
        select record_id_l, record_id_r, 'disputed' as verdict,
            min(decision_id) filter (verdict = 'different') as decision_id
        from decision_vote anti join decision_pair using (record_id_l, record_id_r)
        group by all
        having bool_or(verdict = 'same') and bool_or(verdict = 'different')
    ), link as (
        from decision_pair union all by name from disputed
    ), coded as (
        select record_id, row_number() over (order by record_id) - 1 as code
        from (select record_id_l as record_id from link union select record_id_r from link)
    )
    select l.code as l, r.code as r, verdict, decision_id,
        dense_rank() over (order by decided_at, decision_id) as turn
    from link
    inner join (select decision_id, decided_at from decision) using (decision_id)
    inner join coded as l on l.record_id = record_id_l
    inner join coded as r on r.record_id = record_id_r
    order by turn, l, r
"""


def put_back_contradictions(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Take contradicting must-links out of decision_pair; table decision_conflict names them."""
    links: pl.DataFrame = con.sql(_LINKS).pl()
    is_must = pl.col("verdict") == "same"
    must, apart = links.filter(is_must), links.filter(~is_must)
    found = _contradicting(must, apart)
    con.execute("""
        create or replace table decision_conflict (decision_id varchar, against_id varchar)
    """)
    if found:
        con.executemany("insert into decision_conflict values (?, ?)", sorted(found.items()))
        con.execute("""
            delete from decision_pair
            where verdict = 'same' and decision_id in (select decision_id from decision_conflict)
        """)
    return tuple(sorted(found))


def _ends(links: pl.DataFrame) -> tuple[Integers, Integers]:
    return links["l"].to_numpy().astype(np.int64), links["r"].to_numpy().astype(np.int64)


def _contradicting(must: pl.DataFrame, apart: pl.DataFrame) -> dict[str, str]:
    """Must-link decision → the do-not-link it runs against."""
    ends = [*_ends(must), *_ends(apart)]
    size = max((int(codes.max(initial=-1)) for codes in ends), default=-1) + 1
    left, right = _ends(must)
    whole = components(size, left, right)
    broken = np.unique(_inside(whole, apart)["component"].to_numpy())
    touched = must.filter(pl.Series(np.isin(whole[left], broken)))
    return _by_turn(touched, apart, size)


def _inside(component: Integers, apart: pl.DataFrame) -> pl.DataFrame:
    """Do-not-links both of whose ends are in one component."""
    left, right = _ends(apart)
    marked = apart.with_columns(pl.Series("component", component[left]))
    return marked.filter(pl.Series(component[left] == component[right]))


def _by_turn(must: pl.DataFrame, apart: pl.DataFrame, size: int) -> dict[str, str]:
    """Decisions of contradicting groups, earliest first, as long as they hold with all before.

    A loop over decisions, not over data: only groups that do contradict come here.
    """
    found: dict[str, str] = {}
    kept = must.clear()
    for _, links in must.group_by("turn", maintain_order=True):
        tried = pl.concat([kept, links])
        against = _inside(components(size, *_ends(tried)), apart)
        if against.height:
            found[links["decision_id"][0]] = against["decision_id"].min()  # type: ignore[assignment]
        else:
            kept = tried
    return found
