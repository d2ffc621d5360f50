"""Tests that a header holds: what each may say, and that it holds the same on every day."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.header import ModelHeader, read
from insight_pipeline.sql.header_tests import CheckSeverity, TableTest
from tests.unit.sql.files import sql_file


def faults(path: Path) -> str:
    with pytest.raises(InsightError) as caught:
        read(path, ModelHeader)
    return str(caught.value)


def test_a_test_says_exactly_one_thing(tmp_path: Path) -> None:
    assert TableTest(unique=("a", "b")).unique == ("a", "b")
    for more in ("tests: [{}]\n", "tests: [{not_null: [a], unique: [a]}]\n"):
        assert "exactly one of" in faults(sql_file(tmp_path, "a", "select 1", more))


@pytest.mark.parametrize(
    "test",
    [
        "{not_null: []}",
        "{severity: warn}",
        "{unique: [a], severity: warning}",
        "{accepted_values: {column: a}}",
        "{accepted_values: {column: a, values: []}}",
        "{accepted_values: {column: a, values: [1], vocabulary: b}}",
        "{relationships: {column: a, to: b}}",
        "{relationships: {to: b.c}}",
        "{relationships: {column: a, columns: [a], to: b.c}}",
        "{relationships: {columns: [a, b], to: b.c, fields: [d]}}",
        "{relationships: {column: a, to: b.c, field: d, fields: [d]}}",
        "{freshness: {column: a, max_days: -1, against: b.c.d}}",
        "{freshness: {column: a, max_days: 1, against: b.c}}",
        "{row_count_change: {max_percent: 0}}",
        "{row_count_change: {max_percent: 5, percent: 5}}",
    ],
)
def test_a_test_that_says_too_little_or_too_much_is_refused(tmp_path: Path, test: str) -> None:
    assert "(header): tests.0" in faults(sql_file(tmp_path, "a", "select 1", f"tests: [{test}]\n"))


@pytest.mark.parametrize(
    ("test", "against"),
    [
        ("{unique: [a]}", ()),
        ("{accepted_values: {column: a, values: [1]}}", ()),
        ("{accepted_values: {column: a, vocabulary: sex}}", ("reference.vocabulary",)),
        ("{relationships: {column: a, to: core.b}}", ("core.b",)),
        ("{freshness: {column: a, max_days: 1, against: core.b.day}}", ("core.b",)),
        ("{expression: a > 0}", ()),
        ("{expression: a in (select a from core.b join core.c using (a))}", ("core.b", "core.c")),
        ("{expression: with b as (select 1}", ()),
    ],
)
def test_a_test_says_which_other_tables_it_looks_at(
    tmp_path: Path, test: str, against: tuple[str, ...]
) -> None:
    header, _ = read(sql_file(tmp_path, "a", "select 1", f"tests: [{test}]\n"), ModelHeader)
    assert header.tests[0].against == against
    assert header.tests[0].severity is CheckSeverity.ERROR


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("left_date <= current_date", "current_date"),
        ("left_date <= today()", "today()"),
        ("seen_at < now()", "now()"),
        ("seen_at < get_current_timestamp()", "get_current_timestamp()"),
        ("random() < 0.5", "random()"),
        ("age(birth_date) > interval 18 years", "age() with one argument"),
        ("a in (select a from core.b using sample 5)", "using sample"),
    ],
)
def test_a_test_that_another_day_may_not_hold_is_refused(
    tmp_path: Path, expression: str, word: str
) -> None:
    more = f"tests:\n  - not_null: [a]\n  - expression: {expression}\n"
    path = sql_file(tmp_path, "a", "select 1", more)
    with pytest.raises(InsightError) as caught:
        read(path, ModelHeader)
    (fault,) = caught.value.faults
    assert fault.where == f"{path} (header): tests.1.expression"
    assert word in fault.found
    assert "take the day from the data" in fault.next_step


@pytest.mark.parametrize(
    "expression", ["age(seen_date, birth_date) > interval 18 years", "'open", "a <> 'now()'"]
)
def test_a_steady_test_and_one_for_the_dry_run_to_tell_pass(
    tmp_path: Path, expression: str
) -> None:
    more = f'tests:\n  - expression: "{expression}"\n'
    header, _ = read(sql_file(tmp_path, "a", "select 1", more), ModelHeader)
    assert header.tests[0].expression == expression
