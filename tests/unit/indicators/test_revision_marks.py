"""Marks change with what a figure rests on, each with its own part of it, and not with words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.indicators.revision_marks import make_marks
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.end_to_end.project import copy_project

INDICATOR = "health_to_care_pickup_28d"
SQL = f"dbt_like_sql/indicators/{INDICATOR}.sql"
CONTRACT = "data_contracts/providers/wellpath__referrals.odcs.yaml"
Changed = set[tuple[str, str, str]]


def marks(project: Path, people: str = "people") -> pl.DataFrame:
    settings = Settings(home=project / "nowhere", project=project)
    return make_marks(load_catalogue(settings), settings, people).marks


@pytest.fixture(scope="module")
def as_it_is() -> pl.DataFrame:
    return marks(ROOT)


def changed(before: pl.DataFrame, after: pl.DataFrame) -> Changed:
    """Kind, indicator and item of every mark that differs, is new or is gone."""
    one_side = pl.concat([before.join(after, on=before.columns, how="anti")])
    other_side = after.join(before, on=before.columns, how="anti")
    rows = pl.concat([one_side, other_side]).select("kind", "indicator_id", "item")
    return set(rows.unique().iter_rows())


def edited(folder: Path, file: str, was: str, becomes: str) -> pl.DataFrame:
    """Marks of the project in which one text of one file is another."""
    path = copy_project(folder) / file
    text = path.read_text(encoding="utf-8")
    assert was in text, f"{file} does not say '{was}' any more: correct this test"
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    return marks(folder)


def test_a_changed_constant_is_the_method_of_that_indicator(
    as_it_is: pl.DataFrame, tmp_path: Path
) -> None:
    found = changed(as_it_is, edited(tmp_path, SQL, "pickup_days <= 28", "pickup_days <= 27"))
    assert found == {("method", INDICATOR, "sql")}


@pytest.mark.parametrize(
    ("file", "was", "becomes"),
    [
        (SQL, "caveats:\n", "caveats:\n  - Another caveat.\n"),
        (SQL, "  value: 65\n", "  value: 66\n"),
        (SQL, "\nwith\n", "\n-- Only words.\nwith\n"),
        (CONTRACT, "description: Identifier of the referral.", "description: Its identifier."),
        (CONTRACT, "value: Wellpath Community Health", "value: Wellpath"),
    ],
)
def test_words_change_no_mark(
    as_it_is: pl.DataFrame, tmp_path: Path, file: str, was: str, becomes: str
) -> None:
    assert changed(as_it_is, edited(tmp_path, file, was, becomes)) == set()


def test_a_changed_staging_file_is_the_method_of_what_is_counted_from_it(
    as_it_is: pl.DataFrame, tmp_path: Path
) -> None:
    file = "dbt_like_sql/staging/stg_activelife__visits.sql"
    found = changed(as_it_is, edited(tmp_path, file, "'racket_sports',", "'rackets',"))
    assert {(kind, item) for kind, _, item in found} == {
        ("method", "staging.stg_activelife__visits")
    }
    concerned = {indicator for _, indicator, _ in found}
    assert "leisure_referral_kept_12w" in concerned and INDICATOR not in concerned


def test_a_new_contract_version_is_a_contract_change_of_what_is_counted_from_it(
    as_it_is: pl.DataFrame, tmp_path: Path
) -> None:
    found = changed(as_it_is, edited(tmp_path, CONTRACT, "version: 1.0.0", "version: 1.1.0"))
    assert ("contract", INDICATOR, "wellpath__referrals") in found
    assert {(kind, item) for kind, _, item in found} == {("contract", "wellpath__referrals")}
    assert "asc_care_home_65" not in {indicator for _, indicator, _ in found}


def test_another_provider_under_contract_is_a_contract_change_of_that_service(
    as_it_is: pl.DataFrame, tmp_path: Path
) -> None:
    line = "provider_id: wellpath\n        from_date: 2023-04-01"
    again = line.replace("2023-04-01", "2023-05-01")
    found = changed(as_it_is, edited(tmp_path, "data_contracts/services.yaml", line, again))
    assert {(kind, item) for kind, _, item in found} == {
        ("contract", "services.yaml: community_health")
    }


def test_an_agreed_number_of_days_is_no_method_but_can_move_when_figures_are_final(
    as_it_is: pl.DataFrame, tmp_path: Path
) -> None:
    was = "{property: latency, value: 14, unit: d}"
    found = changed(as_it_is, edited(tmp_path, CONTRACT, was, was.replace("14", "44")))
    assert {kind for kind, _, _ in found} == {"maturity"}
    assert ("maturity", INDICATOR, "") in found


def test_people_have_a_mark_for_all_indicators(as_it_is: pl.DataFrame) -> None:
    assert changed(as_it_is, marks(ROOT, "others")) == {("people", "", "")}


def test_marks_are_the_same_in_every_process(as_it_is: pl.DataFrame) -> None:
    script = (
        "from tests.unit.indicators.test_revision_marks import ROOT, marks\n"
        "print(marks(ROOT).sort('kind', 'indicator_id', 'item').write_csv(), end='')"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == as_it_is.sort("kind", "indicator_id", "item").write_csv()
