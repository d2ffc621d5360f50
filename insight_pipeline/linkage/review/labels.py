"""What reviewers decided, as labels to measure linkage by and to train it with.

Belongs here: the label of a pair and how the pair came to be judged. Does not belong here: any
measure (quality) or estimate (training).
"""

from __future__ import annotations

import duckdb
import polars as pl

# Only pairs drawn by chance tell of all pairs; the others were shown because they are hard.
RANDOM = "random"

_LABELS = """
    select pair.record_id_l, pair.record_id_r, verdict = 'same' as is_match, sampling_code,
        is_blind,
        pair.record_id_l = least(decision.record_id_l, decision.record_id_r)
            and pair.record_id_r = greatest(decision.record_id_l, decision.record_id_r)
            as is_shown,
        decision_id
    from decision_pair as pair inner join decision using (decision_id)
    order by 1, 2
"""


def labelled_pairs(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Decisions in effect: record_id_l < record_id_r, is_match, sampling_code, is_blind, is_shown.

    is_shown: the reviewer saw these two records side by side; other pairs follow from a verdict on
    the groups they belong to, and are not independent of it.
    """
    labels: pl.DataFrame = con.sql(_LABELS).pl()
    return labels


def label_pairs(con: duckdb.DuckDBPyConnection) -> int:
    """Table labelled_pair with the columns of `labelled_pairs` and rid_l < rid_r; returns rows.

    Reads record beside the tables of decisions; records that are gone have no label.
    """
    con.execute(f"""
        create or replace table labelled_pair as
        select least(l.rid, r.rid) as rid_l, greatest(l.rid, r.rid) as rid_r, label.*
        from ({_LABELS}) as label
        inner join record as l on l.record_id = record_id_l
        inner join record as r on r.record_id = record_id_r
        order by 1, 2
    """)
    return int(con.execute("select count(*) from labelled_pair").fetchall()[0][0])
