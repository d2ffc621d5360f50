"""Which decisions take effect: one reviewer, several, those who change their mind, and groups."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.review.decisions import load_decisions
from tests.unit.linkage.review.decided import Row, decision, effective, load, policy, write


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


Con = duckdb.DuckDBPyConnection


def test_without_any_decision_the_tables_are_there_and_empty(con: Con) -> None:
    counts = load_decisions(con, [], policy())
    assert (counts.decisions, counts.same, counts.different, counts.put_back) == (0, 0, 0, ())
    assert effective(con) == set()


def test_one_reviewer_is_enough_where_one_is_required(con: Con, tmp_path: Path) -> None:
    counts = load(
        con, tmp_path, [decision(1, "b", "a", "same"), decision(2, "c", "d", "different")]
    )
    assert effective(con) == {("a", "b", "same"), ("c", "d", "different")}
    assert (counts.same, counts.different, counts.waiting) == (1, 1, 0)


def test_where_two_are_required_one_waits_for_the_other(con: Con, tmp_path: Path) -> None:
    rows = [decision(1, "a", "b", "same")]
    assert load(con, tmp_path, rows, required=2).waiting == 1
    assert effective(con) == set()
    rows.append(decision(2, "a", "b", "same", "ben"))
    assert load(con, tmp_path, rows, required=2).waiting == 0
    assert effective(con) == {("a", "b", "same")}


def test_a_disagreement_holds_until_a_third_has_judged(con: Con, tmp_path: Path) -> None:
    rows = [decision(1, "a", "b", "same"), decision(2, "a", "b", "different", "ben")]
    assert load(con, tmp_path, rows).disagreeing == 1
    assert effective(con) == set()
    rows.append(decision(3, "a", "b", "different", "cai"))
    assert load(con, tmp_path, rows).disagreeing == 0
    assert effective(con) == {("a", "b", "different")}


def test_two_against_two_is_no_majority(con: Con, tmp_path: Path) -> None:
    verdicts = ["same", "same", "different", "different"]
    rows = [decision(n, "a", "b", word, f"r{n}") for n, word in enumerate(verdicts)]
    assert load(con, tmp_path, rows).disagreeing == 1


def test_the_latest_verdict_of_a_reviewer_counts(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [decision(2, "a", "b", "different"), decision(1, "a", "b", "same")])
    assert effective(con) == {("a", "b", "different")}


def test_of_verdicts_of_one_second_the_larger_id_counts(con: Con, tmp_path: Path) -> None:
    first = decision(1, "a", "b", "same")
    second = decision(2, "a", "b", "different", decided_at=first["decided_at"])
    load(con, tmp_path, [second, first])
    assert effective(con) == {("a", "b", "different")}


def test_a_verdict_can_be_taken_back_by_its_reviewer_alone(con: Con, tmp_path: Path) -> None:
    rows = [decision(1, "a", "b", "same"), decision(2, "a", "b", "withdrawn", "ben")]
    load(con, tmp_path, rows)
    assert effective(con) == {("a", "b", "same")}
    load(con, tmp_path, [*rows, decision(3, "a", "b", "withdrawn")])
    assert effective(con) == set()


def test_unsure_is_neither_for_nor_against(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [decision(1, "a", "b", "same"), decision(2, "a", "b", "unsure", "ben")])
    assert effective(con) == {("a", "b", "same")}


def test_a_verdict_on_two_people_is_one_on_every_pair_across_them(con: Con, tmp_path: Path) -> None:
    load(con, tmp_path, [decision(1, "a b", "c d", "different")])
    assert effective(con) == {(x, y, "different") for x in "ab" for y in "cd"}


def test_who_disagrees_about_one_pair_of_two_people_holds_up_the_verdict_on_them(
    con: Con, tmp_path: Path
) -> None:
    rows = [decision(1, "a b", "c d", "same"), decision(2, "b", "d", "different", "ben")]
    counts = load(con, tmp_path, rows)
    assert effective(con) == set()
    assert (counts.disagreeing, counts.put_back) == (1, ("d001",))
    counts = load(con, tmp_path, [*rows, decision(3, "b", "d", "same", "cai")])
    assert effective(con) == {(x, y, "same") for x in "ab" for y in "cd"}
    assert (counts.disagreeing, counts.put_back) == (0, ())


def test_a_decision_in_effect_keeps_its_id_when_others_agree_later(
    con: Con, tmp_path: Path
) -> None:
    rows = [decision(1, "a", "b", "same"), decision(2, "a", "b", "same", "ben")]
    load(con, tmp_path, rows)
    assert con.execute("select decision_id from decision_pair").fetchall() == [("d001",)]


def test_arrival_changes_nothing(con: Con, tmp_path: Path) -> None:
    rng = random.Random(4)  # noqa: S311
    rows: list[Row] = [
        decision(n, rng.choice("abcdef"), rng.choice("ghijkl"), rng.choice(["same", "different"]),
                 rng.choice(["ada", "ben", "cai"]))
        for n in range(60)
    ]  # fmt: skip
    load(con, tmp_path, rows)
    tables = ("decision", "decision_vote", "decision_pair", "decision_conflict")
    before = {table: con.execute(f"select * from {table}").fetchall() for table in tables}
    rng.shuffle(rows)
    files = [write(tmp_path / f"{n}.parquet", rows[n::2]) for n in (1, 0)]
    load_decisions(con, files, policy())
    assert {t: con.execute(f"select * from {t}").fetchall() for t in tables} == before
    assert before["decision_pair"]
