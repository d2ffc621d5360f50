"""A case of a table test passes, fails or cannot run; and it may be about one step of a query."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.kernel.strict import validate
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.seeds import load_seeds
from insight_pipeline.sql.table_tests import Case, CaseResult, load_cases, run_case, untested
from tests.unit.sql.files import model

QUERY = """with
visits as (select * from core.visit),

late as (
    select day, who
    from visits
    where day > date '2025-01-01'
),

counted as (select count(*) as visits from late)

select visits::integer as visits from counted
"""
TABLES: dict[str, Columns] = {"core.visit": {"day": "DATE", "who": "VARCHAR"}}
GIVEN = {"core.visit": [{"day": "2025-01-01", "who": "a"}, {"day": "2025-01-02", "who": "b"}]}


def run(folder: Path, expect: list[dict[str, Any]], **more: Any) -> CaseResult:
    written = {"name": "a sentence", "given": GIVEN, "expect": expect, **more}
    with duckdb.connect() as connection:
        case = validate(written, Case, "a case")
        return run_case(connection, model(folder, "journeys.fct_a", QUERY), case, TABLES)


def test_the_right_rows_pass(tmp_path: Path) -> None:
    found = run(tmp_path, [{"visits": 1}])
    assert (found.name, found.outcome, found.words) == ("a sentence", Outcome.PASSED, "")


def test_other_rows_fail_and_are_listed(tmp_path: Path) -> None:
    found = run(tmp_path, [{"visits": 2}])
    assert found.outcome is Outcome.FAILED
    assert (found.columns, found.missing, found.unexpected) == (("visits",), ((2,),), ((1,),))
    assert "missing" in found.words and "unexpected" in found.words


@pytest.mark.parametrize(
    ("cte", "expect", "outcome"),
    [
        ("late", [{"who": "b"}], Outcome.PASSED),
        ("late", [{"who": "a"}], Outcome.FAILED),
        ("visits", [{"who": "a"}, {"who": "b"}], Outcome.PASSED),
        ("counted", [{"visits": "1"}], Outcome.PASSED),
    ],
)
def test_a_case_may_be_about_one_step(
    tmp_path: Path, cte: str, expect: list[dict[str, Any]], outcome: Outcome
) -> None:
    assert run(tmp_path, expect, cte=cte).outcome is outcome


@pytest.mark.parametrize(
    ("expect", "more", "words"),
    [
        ([{"visit": 1}], {}, "did you mean 'visits'?"),
        ([], {"cte": "lat"}, "did you mean 'late'?"),
        ([], {"given": {"core.visits": []}}, "did you mean 'core.visit'?"),
        ([], {"given": {"core.visit": [{"dya": None}]}}, "did you mean 'day'?"),
        ([], {"given": {"core.visit": [{"day": "2025-02-30"}]}}, "date"),
        ([{"visits": 1.5}], {}, "is not a INTEGER"),
    ],
)
def test_a_case_that_cannot_run_is_an_error_and_no_failure(
    tmp_path: Path, expect: list[dict[str, Any]], more: dict[str, Any], words: str
) -> None:
    found = run(tmp_path, expect, **more)
    assert found.outcome is Outcome.ERROR
    assert words in found.words


def test_a_query_that_does_not_run_is_an_error(tmp_path: Path) -> None:
    broken = model(tmp_path, "journeys.fct_a", "select nothing from core.visit")
    case = validate({"name": "a", "given": {}, "expect": []}, Case, "a case")
    with duckdb.connect() as connection:
        found = run_case(connection, broken, case, TABLES)
    assert (found.outcome, found.missing) == (Outcome.ERROR, ())
    assert '"nothing"' in found.words


def test_a_seed_that_is_not_given_is_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "band.csv").write_text("band,people\n0-4,5000\n")
    (tmp_path / "band.yaml").write_text(
        "description: d\nowner: o\ncolumns: {band: {type: varchar, description: d}, "
        "people: {type: integer, description: d}}\n"
    )
    seeds = load_seeds(tmp_path)
    reader = model(tmp_path, "core.a", "select people from seeds.band")
    columns: dict[str, Columns] = {"seeds.band": {"band": "VARCHAR", "people": "INTEGER"}}
    rows: list[tuple[dict[str, Any], int]] = [({}, 5000), ({"seeds.band": [{"people": 7}]}, 7)]
    with duckdb.connect() as connection:
        for given, people in rows:
            written = {"name": "a", "given": given, "expect": [{"people": people}]}
            case = validate(written, Case, "a case")
            found = run_case(connection, reader, case, columns, seeds)
            assert found.outcome is Outcome.PASSED
    assert untested(seeds, tmp_path) == []


def test_the_cases_of_a_file_are_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "fct_a.yaml"
    path.write_text("tests:\n  - {name: a, given: {}, expect: [], cte: late}\n")
    assert [case.cte for case in load_cases(path)] == ["late"]
