"""Blocking: pairs from equal keys, each once, inside a budget that order cannot move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.evidence.load import count_values, load_evidence
from insight_pipeline.linkage.evidence.record import build_records, count_names
from insight_pipeline.linkage.pairs import blocking
from insight_pipeline.linkage.pairs.blocking import choose_limits, make_keys
from insight_pipeline.linkage.pairs.blocking_rules import RULES, BlockingRule
from tests.linkage.making import Row, person, town, write_evidence


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def records(con: duckdb.DuckDBPyConnection, rows: list[Row], folder: Path) -> int:
    load_evidence(con, [write_evidence(folder / "evidence.parquet", rows)])
    count_values(con)
    count_names(con)
    count = build_records(con)
    make_keys(con)
    return count


def candidates(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Pairs of record ids; which end is left depends on hashes."""
    rows = con.execute("""
        select least(l.record_id, r.record_id), greatest(l.record_id, r.record_id)
        from candidate
        inner join record as l on l.rid = rid_l
        inner join record as r on r.rid = rid_r
        where rid_l < rid_r order by all
    """).fetchall()
    return [(str(left), str(right)) for left, right in rows]


BORN = date(1990, 10, 4)
ALIKE = [
    (person("a:1", "Robert", "Elmham", BORN), person("b:1", "Bobby", "Elmstead", BORN)),
    (person("a:1", "Dilys", "Oakley", BORN), person("b:1", "Oakley", "Dilys", date(1990, 4, 10))),
    (
        person("a:1", "Dilys", "Oakley", None, trusted_ids=["nino:QQ123456C"]),
        person("b:1", "Farida", "Norwick", BORN, trusted_ids=["nino: qq 12 34 56 c"]),
    ),
    (
        person("a:1", "Dilys", "Oakley Hadham", None, address_line="1 Iris Rd"),
        person("b:1", "Dylis", "Hadham", BORN, address_line="1 Iris Road"),
    ),
    (
        person("a:1", "Dilys", "Oakley", BORN, phone="07700 900123"),
        person("b:1", "Farida", "Norwick", None, phone="+447700900123"),
    ),
]


@pytest.mark.parametrize("pair", ALIKE)
def test_two_records_that_share_a_key_are_a_candidate(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, pair: tuple[Row, Row]
) -> None:
    choose_limits(con, records(con, list(pair), tmp_path))
    assert candidates(con) == [("a:1", "b:1")]


def test_every_pair_is_proposed_once_and_in_one_direction(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    choose_limits(con, records(con, town(30, seed=1), tmp_path))
    pairs = candidates(con)
    rows = con.execute("select count(*) from candidate").fetchall()[0][0]
    assert len(pairs) == len(set(pairs)) == rows > 0


def test_large_blocks_are_left_out_before_the_budget_is_broken(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "FEWEST_PAIRS", 0)
    monkeypatch.setattr(blocking, "PAIRS_PER_RECORD", 1)
    rows = [person(f"a:{i:03d}", "Dilys", "Oakley", BORN) for i in range(200)]
    rare = [person(f"b:{i}", "Farida", "Norwick", date(1950, 1, 2)) for i in range(2)]
    choose_limits(con, records(con, [*rows, *rare], tmp_path))
    assert candidates(con) == [("b:0", "b:1")]


def test_every_rule_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(len(rule.reason) > 10 for rule in RULES)


def test_a_rule_sees_one_record_only_and_so_is_symmetric() -> None:
    def is_one_sided(rule: BlockingRule) -> bool:
        return not any(f"{side}." in rule.keys for side in ("l", "r"))

    assert all(is_one_sided(rule) for rule in RULES)
    assert not is_one_sided(BlockingRule("x", "y", "[l.given]"))
