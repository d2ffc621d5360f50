"""Which pairs of a component are weighed beside those that rules proposed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.linkage.model.files import FrozenModel
from insight_pipeline.linkage.model.model import Model
from insight_pipeline.linkage.pairs import completing
from insight_pipeline.linkage.pairs.completing import complete_components

MODEL = Model(1e-4, 1e-4, 1e-6, {}, {}, {}, {}, {})
FROZEN = FrozenModel("made-up", MODEL, Path("nowhere"))
STRANGERS = -17.5


@pytest.fixture
def con(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """Records 1 to 9 in the store, tonight's being 1; every pair weighs STRANGERS."""

    def weigh(con: duckdb.DuckDBPyConnection, *arguments: Any, **_: Any) -> None:
        pairs, into = arguments[2:4]
        con.execute(f"""
            create table {into} as
            select rid_l, rid_r, {STRANGERS}::double as match_weight, null::varchar as veto
            from {pairs} inner join record as l on l.rid = rid_l
            inner join record as r on r.rid = rid_r
        """)

    monkeypatch.setattr(completing, "score_candidates", weigh)
    monkeypatch.setattr(completing, "thaw_frequencies", lambda con, frozen: None)
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as store")
        connection.execute("create table store.record as select range as rid from range(1, 10)")
        connection.execute("create table record as select 1::bigint as rid")
        connection.execute("create table local_component (rid bigint, component bigint)")
        connection.execute(
            "create table local_pair (rid_l bigint, rid_r bigint, match_weight double, veto text)"
        )
        yield connection


def components(con: duckdb.DuckDBPyConnection, *members: range) -> None:
    rows = [(rid, component[0]) for component in members for rid in component]
    con.executemany("insert into local_component values (?, ?)", rows)


def stored(con: duckdb.DuckDBPyConnection, *pairs: tuple[int, int]) -> None:
    con.executemany("insert into local_pair values (?, ?, 5.0, null)", [list(p) for p in pairs])


def weights(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], float]:
    rows = con.execute("select rid_l, rid_r, match_weight from local_pair").fetchall()
    return {(left, right): weight for left, right, weight in rows}


def test_every_pair_of_a_component_has_a_weight_and_a_stored_one_keeps_its_own(
    con: duckdb.DuckDBPyConnection,
) -> None:
    components(con, range(1, 4), range(4, 8))
    stored(con, (1, 2), (2, 3), (4, 5), (5, 6), (6, 7))
    assert complete_components(con, FROZEN) == 4
    found = weights(con)
    assert set(found) == {*combinations(range(1, 4), 2), *combinations(range(4, 8), 2)}
    assert {pair for pair, weight in found.items() if weight == STRANGERS} == {
        (1, 3), (4, 6), (4, 7), (5, 7),
    }  # fmt: skip


def test_nothing_is_weighed_where_two_records_have_their_pair(
    con: duckdb.DuckDBPyConnection,
) -> None:
    components(con, range(1, 3), range(3, 4))
    stored(con, (1, 2))
    assert complete_components(con, FROZEN) == 0
    assert weights(con) == {(1, 2): 5.0}


def test_a_component_with_too_many_pairs_is_left_as_it_is(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = completing._REST.replace(str(completing.LARGEST_COMPLETED), "4")
    monkeypatch.setattr(completing, "_REST", stated)
    components(con, range(1, 5), range(5, 10))
    stored(con, (1, 2), (2, 3), (3, 4), (5, 6), (6, 7), (7, 8), (8, 9))
    assert complete_components(con, FROZEN) == 3
    assert all(left < 5 for (left, _), weight in weights(con).items() if weight == STRANGERS)
