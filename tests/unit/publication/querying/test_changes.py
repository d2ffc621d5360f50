"""What is found between two releases, and that it is what the ledger and both files say."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.querying.changes import SCHEMA, compare
from insight_pipeline.settings import Settings
from tests.unit.publication.database.conftest import REVISED
from tests.unit.publication.querying.conftest import Sample


@pytest.fixture
def third(sample: Sample, tmp_path: Path) -> Path:
    """The second release again, for a test to alter before it is compared."""
    folder = tmp_path / "third"
    shutil.copytree(sample.second, folder)
    return folder


def alter(folder: Path, *statements: str) -> None:
    with duckdb.connect(str(folder / "indicators.duckdb")) as opened:
        for statement in statements:
            opened.execute(statement)


def changed(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return frame.select("about", "change", "name", "before", "after").rows()


def test_a_release_says_the_same_as_itself(home: Settings, sample: Sample) -> None:
    same = compare(home, sample.second, sample.second)
    assert same.is_empty()
    assert same.schema == SCHEMA


def test_changed_figures_are_those_of_what_changed_with_the_same_reasons(
    home: Settings, sample: Sample
) -> None:
    frame = compare(home, sample.first, sample.second).filter(pl.col("about") == "figure")
    said = sample.ask(
        "select change, series_id || '@' || period_from, difference, reason_code "
        "from what_changed() order by all"
    )
    assert said
    assert sorted(frame.select("change", "name", "difference", "reason_code").rows()) == said
    (revised,) = frame.filter(pl.col("change") == "revised").rows(named=True)
    assert revised["name"] == f"{REVISED}@2025-04-01"
    assert Decimal(revised["after"]) - Decimal(revised["before"]) == revised["difference"]


def test_the_other_way_round_what_was_revised_goes_back_with_the_same_reason(
    home: Settings, sample: Sample
) -> None:
    there = compare(home, sample.first, sample.second)
    back = compare(home, sample.second, sample.first)
    assert back["difference"].to_list() == [
        None if each is None else -each for each in there["difference"]
    ]
    assert back["reason_code"].to_list() == there["reason_code"].to_list()


def test_everything_that_can_become_of_a_figure_has_its_word(
    home: Settings, sample: Sample, third: Path
) -> None:
    hide = "update figure set value = null, numerator = null, shorthand = '[c]' where series_id ="
    alter(
        third,
        f"delete from figure where series_id = '{REVISED}/area/E05900001'",
        f"{hide} '{REVISED}/area/E05900002'",
        f"update figure set lower95 = lower95 - 1 where series_id = '{REVISED}/provider/homestead'",
        f"update figure set shorthand = '[z]' where series_id = '{REVISED}/sex/F'",
    )
    frame = compare(home, sample.second, third)
    assert changed(frame) == [
        ("figure", "withdrawn", f"{REVISED}/area/E05900001@2025-10-01", "83.33", None),
        ("figure", "no longer shown", f"{REVISED}/area/E05900002@2025-10-01", "50.71", "[c]"),
        ("figure", "same value", f"{REVISED}/provider/homestead@2025-10-01", "90.00", "90.00"),
        ("figure", "still not shown", f"{REVISED}/sex/F@2025-10-01", "[c]", "[z]"),
    ]
    back = compare(home, third, sample.second)
    assert back["change"].to_list() == ["new", "now shown", "same value", "still not shown"]


def test_definitions_and_prices_are_told_column_by_column(
    home: Settings, sample: Sample, third: Path
) -> None:
    alter(
        third,
        f"update indicator set window_days = 7 where indicator_id = '{REVISED}'",
        "delete from service where service_code = 'leisure'",
        "update service set annual_price_gbp = 1 where service_code = 'youth_eet'",
    )
    frame = compare(home, sample.second, third)
    told = frame.select("about", "change", "name", "field", "before", "after").rows()
    assert told[0] == ("definition", "changed", REVISED, "window_days", "0", "7")
    (leisure, youth) = told[1:]
    assert leisure[:2] == ("service contract", "gone")
    assert leisure[2].startswith("leisure/activelife/")
    assert youth[1] == "changed" and youth[3] == "annual_price_gbp" and youth[5] == "1.00"


def test_a_column_that_only_one_of_them_has_is_not_compared(
    home: Settings, sample: Sample, third: Path
) -> None:
    alter(third, "alter table indicator drop column owner")
    assert compare(home, sample.second, third).is_empty()


def test_data_contracts_and_what_a_release_was_made_with_are_compared(
    home: Settings, sample: Sample, third: Path
) -> None:
    path = third / "release.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["contract_versions"]["activelife__visits"] = "2.0.0"
    del said["contract_versions"]["activelife__members"]
    said["code_version"]["sql"] = "f" * 64
    said["disclosure_policy"] = "other"
    path.write_text(json.dumps(said), encoding="utf-8")
    frame = compare(home, sample.second, third)
    rows = frame.select("about", "change", "name", "after").rows()
    assert rows == [
        ("data contract", "gone", "activelife__members", None),
        ("data contract", "changed", "activelife__visits", "2.0.0"),
        ("made with", "changed", "code_version.sql", "f" * 12),
        ("made with", "changed", "disclosure_policy", "other"),
    ]


def test_releases_without_what_is_compared_are_told_so(
    home: Settings, sample: Sample, third: Path
) -> None:
    alter(third, "drop table service")
    with pytest.raises(InsightError, match="without some of them"):
        compare(home, sample.second, third)
