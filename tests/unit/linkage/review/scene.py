"""A small identity store for the tests of review: people, pairs and what records say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from insight_pipeline.linkage.review.decisions import load_decisions
from insight_pipeline.linkage.review.queue import Item, find_items, ranked
from tests.unit.linkage.review.decided import Row, policy, write

JOIN = 0.0


@contextmanager
def scene(
    people: Mapping[str, str],
    pairs: Mapping[str, float],
    vetoes: Mapping[str, str] | None = None,
    says: Mapping[str, str] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """People by name, each with the letters of its records; weights of pairs such as `ab`."""
    with duckdb.connect() as con:
        con.execute("create table person (record_id varchar, rid bigint, citizen_key varchar)")
        con.executemany(
            "insert into person values (?, ?, ?)",
            [(letter, ord(letter), name) for name, letters in people.items() for letter in letters],
        )
        con.execute(
            "create table pair (rid_l bigint, rid_r bigint, match_weight double, veto text)"
        )
        rows = [
            (ord(ends[0]), ord(ends[1]), weight, (vetoes or {}).get(ends))
            for ends, weight in pairs.items()
        ]
        con.executemany("insert into pair values (?, ?, ?, ?)", rows or [(0, 0, 0.0, None)])
        con.execute("create table evidence_value (record_id text, field text, value text)")
        con.execute("create table trusted_value (record_id text, trusted_id text)")
        for record, value in (says or {}).items():
            con.execute("insert into evidence_value values (?, 'family_name', ?)", [record, value])
        load_decisions(con, [], policy())
        yield con


def decide(
    con: duckdb.DuckDBPyConnection, folder: Path, rows: Sequence[Row], required: int = 1
) -> None:
    load_decisions(con, [write(folder / "decisions.parquet", rows)], policy(required))


def items(con: duckdb.DuckDBPyConnection) -> list[Item]:
    """The queue of the scene, ranked by uncertainty."""
    find_items(con, JOIN, policy())
    return ranked(con, None)


def told(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str, str]]:
    """(kind, left records, right records) of every question."""
    return {(i.kind, "".join(i.records_l), "".join(i.records_r)) for i in items(con)}
