"""The list of what is wrong: every row and rule, the cells as received, and what has no row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest

from insight_pipeline.contracts.judging import issues
from insight_pipeline.contracts.judging.examination import Bench, Examination
from insight_pipeline.contracts.judging.judge import bench, examine, write_issues
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.promise.contract import Contract, InForce, Limit, Metric
from insight_pipeline.kernel.outcome import Outcome, Severity
from tests.unit.contracts.promises import column, contract, home, manifest, row_rule
from tests.unit.contracts.rows import format_macros

LISTS = pl.DataFrame(
    [("sex", "M", "Male", "Man", None, None, "dictionary")],
    schema=dict.fromkeys(
        ["vocabulary", "code", "label", "synonyms", "valid_from", "valid_to", "source"], pl.String
    ),
    orient="row",
)
LAW = Law(LISTS, format_macros())
CASES = contract(
    column("Ref", required=True, key=True),
    column("Sex", vocabulary="sex", severity="warn", headerSynonyms=["Gender"]),
    column("Start", "date", options={"format": "dd/MM/yyyy"}, dateFormats=["yyyy-MM-dd"]),
    column("End", "date", options={"format": "dd/MM/yyyy"}),
    rules=(row_rule("in_order", '"Start" <= "End"'),),
    maxBadShare=1,
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(LAW, home(tmp_path_factory.mktemp("home"))) as opened:
        yield opened


def examined(
    tables: Bench, folder: Path, text: str, made: Contract = CASES, **declared: Any
) -> Examination:
    file = folder / "file.csv"
    file.write_text(text, encoding="utf-8")
    promise = manifest(**declared) if declared else None
    return examine(tables, file, made, LAW, promise, folder)


def listed(
    tables: Bench, folder: Path, text: str, made: Contract = CASES, **declared: Any
) -> list[tuple[Any, ...]]:
    found = examined(tables, folder, text, made, **declared)
    write_issues(tables, found, found.contract, folder / "issues.parquet")
    return pl.read_parquet(folder / "issues.parquet").rows()


def test_each_row_and_rule_is_listed_with_the_cell_as_received_and_the_key(
    tables: Bench, tmp_path: Path
) -> None:
    text = "Ref,Sex,Start,End\n 1 , x ,31/02/2025,01/02/2025\n2,M,03/02/2025,01/02/2025\n"
    assert listed(tables, tmp_path, text) == [
        (2, "Sex", "sex.vocabulary", "warn", " x ", " 1 "),
        (2, "Start", "start.type", "record", "31/02/2025", " 1 "),
        (3, None, "in_order", "record", None, "2"),
    ]


def test_what_is_wrong_with_the_delivery_comes_first_and_has_no_line(
    tables: Bench, tmp_path: Path
) -> None:
    text = "Ref,Sex,Start,Name\n1,M,01/02/2025,a\n2,half\n"
    assert listed(tables, tmp_path, text, rows=5) == [
        (None, None, "readable_rows", "warn", None, None),
        (None, None, "rows_as_declared", "delivery", None, None),
        (None, None, "unknown_columns", "warn", None, None),
        (None, "End", "columns_present", "delivery", None, None),
        (3, None, "wrong_field_count", "record", None, None),
    ]


def test_rejects_go_into_the_list_by_file_and_not_by_statement(
    tables: Bench, tmp_path: Path
) -> None:
    """As literals, 50,000 rejected lines take two gigabytes; a statement stays a statement."""
    many = 50_000
    text = "Ref,Sex,Start,End\n1,M,,\n" + "half\n" * many
    found = examined(tables, tmp_path, text)
    statements: list[str] = []

    class Listening:
        def execute(self, statement: str) -> Any:
            statements.append(statement)
            return tables.connection.execute(statement)

    path = tmp_path / "issues.parquet"
    issues.write(cast(Any, Listening()), found, found.contract, path)
    assert sum(map(len, statements)) < 10_000
    frame = pl.read_parquet(path).filter(pl.col("line").is_not_null())
    assert frame["line"].to_list() == list(range(3, many + 3))
    told = frame.select("column_name", "code", "severity", "value", "key").unique().rows()
    assert told == [(None, "wrong_field_count", "record", None, None)]


def test_a_sound_file_has_an_empty_list(tables: Bench, tmp_path: Path) -> None:
    assert listed(tables, tmp_path, "Ref,Sex,Start,End\n1,M,,\n") == []


def test_without_a_declaration_its_rules_are_skipped(tables: Bench, tmp_path: Path) -> None:
    found = examined(tables, tmp_path, "Ref,Sex,Start,End\n1,M,,\n")
    skipped = {result.code for result in found.results if result.outcome is Outcome.SKIPPED}
    assert skipped == {"contract_version", "rows_as_declared", "declared_period"}
    assert (found.outcome, found.accepted) == ("accepted", 1)


def test_every_repair_is_counted_by_column_and_name(tables: Bench, tmp_path: Path) -> None:
    text = "Ref,Gender,Start,End\n 1,man,2025-02-01,\n2 ,M,01/02/2025, 03/02/2025\n3, ,x,\n"
    found = examined(tables, tmp_path, text)
    assert {(one.column, one.name): one.cells for one in found.normalised} == {
        ("Sex", "header_synonym"): 1,
        ("Ref", "trim"): 2,
        ("End", "trim"): 1,
        ("Sex", "synonym"): 1,
        ("Start", "date_format"): 1,
    }


def test_nothing_is_repaired_that_the_contract_does_not_name(tables: Bench, tmp_path: Path) -> None:
    plain = replace(
        CASES, properties=CASES.promise.model_copy(update={"normalise": ()}), row_rules=()
    )
    found = listed(tables, tmp_path, "Ref,Sex,Start,End\n1, M ,01/02/2025 , \n", plain)
    assert [(column, code) for _, column, code, *_ in found] == [
        ("Sex", "sex.vocabulary"),
        ("Start", "start.type"),
    ]


def metric(
    limit: Limit, severity: Severity, counted: str = "nullValues", *columns: str
) -> Contract:
    return replace(
        CASES, metrics=(Metric("few", counted, columns, limit, severity, "Few.", "Mend it."),)
    )


TEXT = "Ref,Sex,Start,End\n1,,,\n2,,,\n3,M,,\n4,M,,\n"
HALF = Limit("mustBeLessThan", (Decimal(50),), percent=True)


def test_rows_over_a_limit_are_listed_and_the_delivery_is_refused(
    tables: Bench, tmp_path: Path
) -> None:
    made = metric(HALF, Severity.DELIVERY, "nullValues", "Sex")
    assert listed(tables, tmp_path, TEXT, made) == [
        (None, "Sex", "few", "delivery", None, None),
        (2, "Sex", "few", "delivery", None, "1"),
        (3, "Sex", "few", "delivery", None, "2"),
    ]
    assert examined(tables, tmp_path, TEXT, made).outcome == "refused"


def test_rows_within_a_limit_are_counted_and_not_listed(tables: Bench, tmp_path: Path) -> None:
    made = metric(replace(HALF, values=(Decimal(51),)), Severity.DELIVERY, "nullValues", "Sex")
    assert listed(tables, tmp_path, TEXT, made) == []
    found = examined(tables, tmp_path, TEXT, made)
    assert next(r for r in found.results if r.code == "few").broken == 2
    assert (found.outcome, found.quarantined) == ("accepted", 0)


def test_a_limit_of_none_holds_the_rows_themselves(tables: Bench, tmp_path: Path) -> None:
    made = metric(Limit("mustBe", (Decimal(0),)), Severity.RECORD, "nullValues", "Sex")
    found = examined(tables, tmp_path, TEXT, made)
    assert (found.outcome, found.accepted, found.quarantined) == ("accepted", 2, 2)


def test_too_few_rows_break_a_row_count_that_names_no_row(tables: Bench, tmp_path: Path) -> None:
    made = metric(Limit("mustBeGreaterThan", (Decimal(4),)), Severity.WARN, "rowCount")
    assert listed(tables, tmp_path, TEXT, made) == [(None, None, "few", "warn", None, None)]


def test_duplicates_are_counted_as_rows_and_not_as_groups(tables: Bench, tmp_path: Path) -> None:
    made = metric(
        Limit("mustBe", (Decimal(0),)), Severity.RECORD, "duplicateValues", "Sex", "Start"
    )
    text = "Ref,Sex,Start,End\n1,M,01/02/2025,\n2,M,01/02/2025,\n3,M,01/02/2025,\n4,M,,\n5,M,,\n"
    assert [line for line, *_ in listed(tables, tmp_path, text, made)] == [2, 3, 4]


def test_headers_in_other_case_are_known_where_the_contract_says_so(
    tables: Bench, tmp_path: Path
) -> None:
    text = "REF, gender ,start,End\n1,M,,\n"
    assert {code for _, _, code, *_ in listed(tables, tmp_path, text)} >= {"columns_present"}
    named = CASES.promise.model_copy(update={"normalise": ("trim", "header_case")})
    found = examined(tables, tmp_path, text, replace(CASES, properties=named))
    assert found.outcome == "accepted"
    assert {(one.column, one.name) for one in found.normalised} == {
        ("Ref", "header_case"),
        ("Sex", "header_case"),
        ("Start", "header_case"),
    }


@contextmanager
def versions() -> Iterator[Contract]:
    """A contract of two columns since 2025, of one before."""
    old = contract(column("Ref", key=True), version="1.0.0", inForce={"to": "2024-12-31"})
    new = contract(
        column("Ref", key=True),
        column("Sex", required=True),
        version="2.0.0",
        inForce={"from": "2025-01-01"},
    )
    yield replace(new, earlier=(old,))


def test_where_versions_overlap_a_patch_of_the_older_one_is_judged_by_the_older(
    tables: Bench, tmp_path: Path
) -> None:
    with versions() as made:
        (old,) = made.earlier
        always = old.promise.model_copy(update={"in_force": InForce()})
        both = replace(made, earlier=(replace(old, properties=always),))
        found = examined(tables, tmp_path, "Ref\n1\n", both, contract_version="1.0.1")
    assert (found.contract.version, found.outcome) == ("1.0.0", "accepted")


@pytest.mark.parametrize(
    ("period", "declared", "judged_by", "broken"),
    [
        (("2025-01-01", "2025-03-31"), "2.0.0", "2.0.0", {"columns_present"}),
        (("2025-01-01", "2025-03-31"), "1.0.0", "2.0.0", {"columns_present", "contract_version"}),
        (("2024-01-01", "2024-03-31"), "1.0.0", "1.0.0", set()),
        (("2024-01-01", "2024-03-31"), "1.4.2", "1.0.0", set()),
        (("2024-01-01", "2024-03-31"), "2.0.0", "1.0.0", {"contract_version"}),
    ],
)
def test_a_file_is_judged_by_the_promise_of_its_period(
    tables: Bench,
    tmp_path: Path,
    period: tuple[str, str],
    declared: str,
    judged_by: str,
    broken: set[str],
) -> None:
    with versions() as made:
        found = examined(
            tables,
            tmp_path,
            "Ref\n1\n",
            made,
            period_from=period[0],
            period_to=period[1],
            contract_version=declared,
        )
    assert found.contract.version == judged_by
    failed = {result.code for result in found.results if result.outcome is Outcome.FAILED}
    assert failed == broken
