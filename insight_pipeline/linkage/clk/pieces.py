"""From cleaned values to the pieces that are hashed: q-grams, digits in their places, or the whole.

Belongs here: cutting, once for each distinct value. Does not belong here: hashing (bits).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from insight_pipeline.linkage.arrays import Integers
from insight_pipeline.linkage.clk.scheme import BIGRAMS, PLACES, Feature
from insight_pipeline.linkage.evidence.cleaning import CLEANING, TRUSTED_ID, Step
from insight_pipeline.sql.engines.duckdb import literal

PAD = "_"

_CUT = {
    # Padded, so that the first and the last letter count as much as any other.
    BIGRAMS: f"list_distinct(list_transform(range(1, length(value) + 2),"
    f" lambda i: substr('{PAD}' || value || '{PAD}', i, 2)))",
    PLACES: "list_transform(range(1, length(value)), lambda i: i || ':' || substr(value, i, 2))",
}
WHOLE_SQL = "[value]"
TRUSTED = "trusted_id"


@dataclass(frozen=True)
class Cut:
    """One feature of all records.

    value: per (record, value) the number of the value; record: whose it is, ascending.
    piece: per (value, piece) the number of the piece; of_value: whose it is, ascending.
    pieces: the distinct pieces.
    """

    record: Integers
    value: Integers
    of_value: Integers
    piece: Integers
    pieces: list[str]


def number_records(con: duckdb.DuckDBPyConnection, evidence: Path) -> list[str]:
    """Table seat(record_id, seat): records in the order of their ids, which it returns."""
    con.execute(f"create or replace table evidence as from read_parquet({literal(str(evidence))})")
    con.execute("""
        create or replace table seat as
        select record_id, row_number() over (order by record_id) - 1 as seat
        from (select distinct record_id from evidence)
    """)
    rows = con.execute("select record_id from seat order by seat").fetchnumpy()
    return [str(name) for name in rows["record_id"]]


def cut(con: duckdb.DuckDBPyConnection, feature: Feature) -> Cut:
    """Clean, number and cut the values of one feature of table evidence."""
    con.execute(f"create or replace temp table given as {_given(feature.field)}")
    con.execute(f"""
        create or replace temp table cleaned as
        select raw, value, dense_rank() over (order by value) - 1 as number
        from ({_cleaned(feature.field)}) where value is not null
    """)
    held = con.execute("""
        select distinct seat, number from given
        inner join cleaned using (raw) inner join seat using (record_id) order by seat, number
    """).fetchnumpy()
    parts = con.execute(f"""
        with part as (
            select number, unnest({_CUT.get(feature.pieces, WHOLE_SQL)}) as piece
            from (select distinct number, value from cleaned)
        )
        select number, piece, dense_rank() over (order by piece) - 1 as piece_number
        from part order by number, piece
    """).fetchnumpy()
    pieces, first = np.unique(parts["piece_number"], return_index=True)
    return Cut(
        record=held["seat"].astype(np.int64),
        value=held["number"].astype(np.int64),
        of_value=parts["number"].astype(np.int64),
        piece=parts["piece_number"].astype(np.int64),
        pieces=[str(parts["piece"][at]) for at in first[: len(pieces)]],
    )


def _given(field: str) -> str:
    """Record and raw value, one row for each value of the field."""
    if field == TRUSTED:
        return "select record_id, unnest(trusted_ids) as raw from evidence"
    return f"select record_id, {field} as raw from evidence where {field} is not null"


def _cleaned(field: str) -> str:
    """Every distinct raw value with its clean form, each step one select deep."""
    if field == TRUSTED:
        parts = "split_part(raw, ':', 1) as issuer, split_part(raw, ':', 2) as value"
        query = _after(f"select distinct raw, {parts} from given", TRUSTED_ID)
        return f"select raw, issuer || ':' || value as value from ({query})"
    # Whether someone was born before they died is another field's matter: there is none here.
    query = _after(
        "select distinct raw, raw as value, null::date as death_date from given", CLEANING[field]
    )
    text = "strftime(value, '%Y%m%d')" if field.endswith("_date") else "value"
    return f"select raw, {text} as value from ({query})"


def _after(query: str, steps: tuple[Step, ...]) -> str:
    for step in steps:
        query = f"select * replace ({step.applied_to('value')} as value) from ({query})"
    return query
