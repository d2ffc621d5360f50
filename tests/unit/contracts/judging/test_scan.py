"""One pass over a delivery: what is held, what repeats, what goes on and under which code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.judging import scan
from insight_pipeline.contracts.judging.rules import compile_rules
from tests.unit.contracts.promises import Q1, column, contract
from tests.unit.contracts.rows import Judged, Row, judged

CASES = contract(
    column("Ref", key=True, required=True),
    column("Sex", vocabulary="sex", severity="warn"),
    column("Start", "date", options={"format": "dd/MM/yyyy"}),
    column("Note", severity="warn", options={"maxLength": 3}),
    periodColumn="Start",
)
SOUND: Row = {"Ref": "1", "Sex": "male", "Start": "01/02/2025", "Note": "abc"}


def table(path: Path) -> list[dict[str, object]]:
    with duckdb.connect() as connection:
        found = connection.execute(f"select * from read_parquet('{path}')")
        names = [item[0] for item in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def parted(done: Judged) -> tuple[int, int, int]:
    """accepted, held, superseded by an equal row of the same file"""
    found = done.found()
    return found.rows - found.held - found.repeats, found.held, found.repeats


def accepted(done: Judged, path: Path) -> list[dict[str, object]]:
    scan.write_accepted(done.connection, done.contract, "d1", Q1, path)
    return table(path)


def test_a_broken_warning_does_not_hold_a_row_and_a_broken_record_rule_does() -> None:
    rows = [{**SOUND, "Note": "long"}, {**SOUND, "Ref": "2", "Start": "x"}]
    with judged(CASES, rows) as done:
        assert done.codes() == [
            (2, ["note.max_length"], False, False),
            (3, ["start.type"], True, False),
        ]
        assert parted(done) == (1, 1, 0)


def test_every_rule_is_counted_also_those_that_nothing_breaks() -> None:
    with judged(CASES, [{**SOUND, "Sex": "x"}, {**SOUND, "Ref": None, "Sex": "y"}]) as done:
        assert done.found().broken == {
            "ref.required": 1,
            "sex.vocabulary": 2,
            "start.type": 0,
            "note.max_length": 0,
            "key_conflict": 0,
        }


def test_a_plain_repeat_is_superseded_by_the_first(tmp_path: Path) -> None:
    with judged(CASES, [SOUND, dict(SOUND), {**SOUND, "Ref": " 1 "}]) as done:
        assert parted(done) == (1, 0, 2)
        assert [row["_row"] for row in accepted(done, tmp_path / "a")] == [2]


def test_a_held_row_that_repeats_another_is_held_and_not_superseded() -> None:
    bad = {**SOUND, "Start": "x"}
    with judged(CASES, [bad, dict(bad)]) as done:
        assert parted(done) == (0, 2, 0)


def test_accepted_rows_carry_codes_repaired_text_and_where_they_came_from(tmp_path: Path) -> None:
    rows = [{**SOUND, "Sex": " MALE "}, {**SOUND, "Ref": "2", "Sex": "?", "Note": " "}]
    with judged(CASES, rows) as done:
        first, second = accepted(done, tmp_path / "a")
    origin = {"_delivery_id": "d1", "_period_from": Q1[0], "_period_to": Q1[1]}
    assert first == {**SOUND, "Sex": "M", "_row": 2, **origin}
    assert list(first) == [*SOUND, "_delivery_id", "_row", "_period_from", "_period_to"]
    assert (second["Sex"], second["Note"]) == ("?", None)


def test_quarantined_rows_carry_their_text_and_the_codes(tmp_path: Path) -> None:
    rows = [SOUND, {**SOUND, "Ref": "2", "Sex": "male", "Start": "31/02/2025", "Note": "long"}]
    with judged(CASES, rows) as done:
        scan.write_quarantined(done.connection, CASES, compile_rules(CASES), tmp_path / "q")
    (held,) = table(tmp_path / "q")
    assert (held["_row"], held["Start"], held["Sex"]) == (3, "31/02/2025", "M"), "as repaired"
    assert sorted(held["_rules"]) == ["note.max_length", "start.type"]  # type: ignore[call-overload]


def test_a_column_that_is_missing_is_empty_and_an_unknown_one_is_ignored() -> None:
    with judged(CASES, [{"Ref": "1", "Other": "x"}]) as done:
        row = done.connection.execute('select "Ref", "Sex", "Start" from cells').fetchall()
        columns = [item[0] for item in done.connection.execute("from cells").description]
    assert row == [("1", None, None)]
    assert "Other" not in columns


def test_a_delivery_without_rows_is_judged_too() -> None:
    with judged(CASES, []) as done:
        assert parted(done) == (0, 0, 0)
        assert set(done.found().broken.values()) == {0}


def test_values_are_values_and_never_sql() -> None:
    nasty = "'); drop table cells; --"
    with judged(CASES, [{**SOUND, "Ref": nasty, "Sex": nasty}]) as done:
        assert done.connection.execute('select "Ref" from cells').fetchall() == [(nasty,)]


def test_columns_that_differ_in_case_only_are_not_taken_for_each_other() -> None:
    made = contract(column("Ref", key=True), column("Sex"))
    with judged(made, [{"Ref": "1", "sex": "a", "Sex": "b"}], ("Ref", "sex", "Sex")) as done:
        assert done.connection.execute('select "Sex" from cells').fetchall() == [("b",)]


@pytest.mark.parametrize(
    ("days", "outside", "dated"),
    [
        (["01/01/2025", "31/03/2025"], 0, 2),
        (["31/12/2024", "01/04/2025", "01/02/2025"], 2, 3),
        (["31/12/2024", None, "x", None], 1, 1),
        ([None, "x"], 0, 0),
        ([], 0, 0),
    ],
    ids=str,
)
def test_rows_outside_the_declared_period_are_counted_among_those_with_a_day(
    days: list[str | None], outside: int, dated: int
) -> None:
    rows = [{**SOUND, "Ref": str(n), "Start": day} for n, day in enumerate(days)]
    with judged(CASES, rows) as done:
        found, ever = done.found(Q1), done.found((date(1, 1, 1), date(9999, 12, 31)))
    assert (found.outside, found.dated) == (outside, dated)
    assert ever.outside == 0


def test_every_cell_is_profiled_by_its_code_and_never_by_its_value() -> None:
    rows = [{**SOUND, "Sex": sex} for sex in ("male", "m", "f", "?", None, " ")]
    with judged(CASES, rows) as done:
        profile = done.found().profile
    assert profile["Sex"] == {"": 2, "*": 4, "M": 2, "F": 1}
    assert profile["Note"] == {"": 0, "*": 6}


cells = st.sampled_from([None, "", " ", "1", "2", "male", "x", "01/02/2025", "99/99/2025", "long"])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(SOUND, cells)), max_size=6))
def test_every_row_is_accepted_held_or_superseded_whatever_its_cells(rows: list[Row]) -> None:
    with judged(CASES, rows) as done:
        assert sum(parted(done)) == len(rows)
        assert min(parted(done)) >= 0
        flags = done.codes()
    warnings = {"sex.vocabulary", "note.max_length"}
    assert all(held == bool(set(codes) - warnings) for _, codes, held, _ in flags)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(SOUND, cells)), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_rows_decides_about_no_row(rows: list[Row], chance: object) -> None:
    def verdicts(given: list[Row]) -> list[tuple[object, ...]]:
        with judged(CASES, given) as done:
            query = 'select "Ref", "Sex", "Start", "Note" from cells order by _row'
            found = done.connection.execute(query).fetchall()
            said = done.codes()
        return sorted(
            (
                (*cells, *codes, *flags)
                for cells, (_, codes, *flags) in zip(found, said, strict=True)
            ),
            key=str,
        )

    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert verdicts(rows) == verdicts(shuffled)
