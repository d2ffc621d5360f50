"""One pass over a delivery: what is held, what repeats, what goes on and under which code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts import scan
from insight_pipeline.contracts.rules import compile_rules
from insight_pipeline.landing.receipt import make_receipt
from tests.unit.contracts.promises import Q1, column, contract, manifest
from tests.unit.contracts.rows import Row, judged

CASES = contract(
    column("Ref", key=True, required=True),
    column("Sex", vocabulary="sex", severity="warn"),
    column("Start", "date", options={"format": "dd/MM/yyyy"}),
    column("Note", severity="warn", options={"maxLength": 3}),
)
SOUND: Row = {"Ref": "1", "Sex": "male", "Start": "01/02/2025", "Note": "abc"}


def table(path: Path) -> list[dict[str, object]]:
    with duckdb.connect() as connection:
        found = connection.execute(f"select * from read_parquet('{path}')")
        names = [item[0] for item in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_a_broken_warning_does_not_hold_a_row_and_a_broken_record_rule_does() -> None:
    rows = [{**SOUND, "Note": "long"}, {**SOUND, "Ref": "2", "Start": "x"}]
    with judged(CASES, rows) as connection:
        found = connection.execute("select _row, _broken, _held from judged order by _row")
        assert found.fetchall() == [(2, ["note.max_length"], False), (3, ["start.type"], True)]
        assert scan.count_held(connection) == 1
        assert scan.count_rows(connection) == (1, 1, 0)


def test_every_rule_is_counted_also_those_that_nothing_breaks() -> None:
    with judged(CASES, [{**SOUND, "Sex": "x"}, {**SOUND, "Ref": None, "Sex": "y"}]) as connection:
        assert scan.count_broken(connection, compile_rules(CASES)) == {
            "ref.required": 1,
            "sex.vocabulary": 2,
            "start.type": 0,
            "note.max_length": 0,
            "key_conflict": 0,
        }


def test_a_plain_repeat_is_superseded_by_the_first(tmp_path: Path) -> None:
    with judged(CASES, [SOUND, dict(SOUND), {**SOUND, "Ref": " 1 "}]) as connection:
        assert scan.count_rows(connection) == (1, 0, 2)
        scan.write_accepted(
            connection, CASES, make_receipt(manifest(), "0", 0, "ascii"), tmp_path / "a"
        )
    assert [row["_row"] for row in table(tmp_path / "a")] == [2]


def test_a_held_row_that_repeats_another_is_held_and_not_superseded() -> None:
    bad = {**SOUND, "Start": "x"}
    with judged(CASES, [bad, dict(bad)]) as connection:
        assert scan.count_rows(connection) == (0, 2, 0)


def test_accepted_rows_carry_codes_trimmed_text_and_where_they_came_from(tmp_path: Path) -> None:
    receipt = make_receipt(manifest(), "0", 0, "ascii")
    rows = [{**SOUND, "Sex": " MALE "}, {**SOUND, "Ref": "2", "Sex": "?", "Note": " "}]
    with judged(CASES, rows) as connection:
        scan.write_accepted(connection, CASES, receipt, tmp_path / "a")
    origin = {
        "_delivery_id": receipt.delivery_id,
        "_period_from": Q1[0],
        "_period_to": Q1[1],
    }
    first, second = table(tmp_path / "a")
    assert first == {**SOUND, "Sex": "M", "_row": 2, **origin}
    assert list(first) == [*SOUND, "_delivery_id", "_row", "_period_from", "_period_to"]
    assert (second["Sex"], second["Note"]) == ("?", None)


def test_quarantined_rows_carry_the_text_received_and_the_codes(tmp_path: Path) -> None:
    rows = [SOUND, {**SOUND, "Ref": "2", "Sex": "male", "Start": "31/02/2025", "Note": "long"}]
    with judged(CASES, rows) as connection:
        scan.write_quarantined(connection, tmp_path / "q")
    (held,) = table(tmp_path / "q")
    assert (held["_row"], held["Start"], held["Sex"]) == (3, "31/02/2025", "male")
    assert sorted(held["_rules"]) == ["note.max_length", "start.type"]  # type: ignore[call-overload]


def test_a_column_that_is_missing_is_empty_and_an_unknown_one_is_ignored() -> None:
    with judged(CASES, [{"Ref": "1", "Other": "x"}]) as connection:
        row = connection.execute('select "Ref", "Sex", "Start" from judged').fetchall()
        columns = [item[0] for item in connection.execute("select * from judged").description]
    assert row == [("1", None, None)]
    assert "Other" not in columns


def test_a_delivery_without_rows_is_judged_too() -> None:
    with judged(CASES, []) as connection:
        assert scan.count_rows(connection) == (0, 0, 0)
        assert set(scan.count_broken(connection, compile_rules(CASES)).values()) == {0}


def test_values_are_values_and_never_sql() -> None:
    nasty = "'); drop table coded; --"
    with judged(CASES, [{**SOUND, "Ref": nasty, "Sex": nasty}]) as connection:
        assert connection.execute('select "Ref" from judged').fetchall() == [(nasty,)]


@pytest.mark.parametrize(
    ("days", "outside"),
    [
        (["01/01/2025", "31/03/2025"], False),
        (["31/12/2024", "01/04/2025"], True),
        (["31/12/2024", "01/01/2025"], False),
        (["31/12/2024", "01/04/2025", "01/02/2025"], True),
        (["31/12/2024", None, "x", None], True),
        ([None, "x"], False),
        ([], False),
    ],
    ids=str,
)
def test_most_of_the_dated_rows_decide_about_the_period(
    days: list[str | None], outside: bool
) -> None:
    start = next(c for c in CASES.columns if c.name == "Start")
    rows = [{**SOUND, "Ref": str(n), "Start": day} for n, day in enumerate(days)]
    with judged(CASES, rows) as connection:
        assert scan.mostly_outside(connection, start, *Q1) is outside
        assert not scan.mostly_outside(connection, start, date(1, 1, 1), date(9999, 12, 31))


cells = st.sampled_from([None, "", " ", "1", "2", "male", "x", "01/02/2025", "99/99/2025", "long"])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(SOUND, cells)), max_size=6))
def test_every_row_is_accepted_held_or_superseded_whatever_its_cells(rows: list[Row]) -> None:
    with judged(CASES, rows) as connection:
        assert sum(scan.count_rows(connection)) == len(rows)
        flags = connection.execute("select _broken, _held from judged").fetchall()
    warnings = {"sex.vocabulary", "note.max_length"}
    assert all(held == bool(set(codes) - warnings) for codes, held in flags)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(SOUND, cells)), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_rows_decides_about_no_row(rows: list[Row], chance: object) -> None:
    def verdicts(given: list[Row]) -> list[tuple[object, ...]]:
        query = 'select "Ref", "Sex", "Start", "Note", _broken, _held, _repeat from judged'
        with judged(CASES, given) as connection:
            found = connection.execute(query).fetchall()
        return sorted(((*row[:4], *row[4], *row[5:]) for row in found), key=str)

    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert verdicts(rows) == verdicts(shuffled)
