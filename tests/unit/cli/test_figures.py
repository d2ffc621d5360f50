"""`insight figures`: the table people see, the forms programs get."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.cli.release import say_figures
from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.cli.conftest import Insight, Sample
from tests.unit.publication.database.conftest import HANDED_OFF, HEADERS, REVISED, SHARED


def test_the_latest_totals_stand_with_interval_counts_comparison_and_marks(
    insight: Insight, sample: Sample
) -> None:
    result = insight("figures")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == f"Release {sample.second.name}"
    (line,) = [line for line in lines if line.startswith(f"{REVISED}@")]
    for part in ("Homelessness prevented or relieved", "60.00", " to ", "1,200", "2,000"):
        assert part in line
    assert "better than England 2024/25 (55.50)" in line
    assert "about" not in lines[1]


def test_of_one_indicator_its_title_stands_once_and_symbols_are_explained(
    insight: Insight,
) -> None:
    result = insight("figures", "--indicator", REVISED, "--breakdown", "all")
    lines = result.output.splitlines()
    assert lines[1] == "Homelessness prevented or relieved"
    assert sum(lines[1] in line for line in lines) == 1
    (female,) = [line for line in lines if line.startswith(f"{REVISED}/sex/F@")]
    assert female.split()[-1] == "[c]"
    assert any(line.startswith("[c] confidential") for line in lines)
    assert not any(line.startswith("[z]") for line in lines)


def test_several_indicators_and_all_periods_can_be_asked_for_by_programs(insight: Insight) -> None:
    arguments = ["--indicator", HANDED_OFF, "--indicator", SHARED, "--all-periods"]
    told = json.loads(insight("figures", *arguments, "--format", "json").stdout)
    assert [row["figure_id"] for row in told] == [
        f"{HANDED_OFF}@2024-04-01",
        f"{HANDED_OFF}@2025-04-01",
        f"{SHARED}@2025-04-01",
    ]
    text = insight("figures", *arguments, "--format", "csv").stdout
    assert [row["figure_id"] for row in csv.DictReader(io.StringIO(text))] == [
        row["figure_id"] for row in told
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--indicator", "hom_prevented_releved"], REVISED),
        (["--provider", "homsted"], "homestead"),
        (["--area", "Abey"], "Abbey"),
        (["--theme", "homelesness"], "homelessness"),
        (["--period", "2025/27"], "2025/26"),
        (["--breakdown", "age_bands"], "age_band"),
        (["--provider", "homestead", "--area", "Abbey"], "one of --provider, --area"),
        (["--period", "2024/25", "--all-periods"], "--all-periods"),
        (["--release", "1999"], "insight releases"),
    ],
)
def test_what_is_misspelt_ends_with_two_and_the_nearest(
    insight: Insight, arguments: list[str], told: str
) -> None:
    result = insight("figures", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr and result.stdout == ""


def test_what_is_spelt_right_and_has_no_figure_is_no_error(insight: Insight) -> None:
    arguments = ["--theme", "homelessness", "--provider", "newleaf"]
    result = insight("figures", *arguments)
    assert result.exit_code == 0
    assert "no figure of these" in result.output
    assert json.loads(insight("figures", *arguments, "--format", "json").stdout) == []


def test_the_next_release_is_told_below_the_latest_figures_alone(
    insight: Insight, previewed: Settings
) -> None:
    assert "The next release is due" in insight("figures").output
    assert "due" not in insight("figures", "--release", "previous").output
    assert "due" not in insight("figures", "--format", "csv").output
    preview = insight("figures", "--preview").output
    assert "Release 2026-07-14-eeeeeeeeeeee" in preview
    assert preview.rstrip().endswith("nothing of it is published.")


def test_a_night_ends_with_the_same_table(
    insight: Insight, home: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    say_figures(home)
    shown = insight("figures").output.splitlines()
    told = capsys.readouterr().out.strip().splitlines()
    assert told[0] == f"Latest indicators, {shown[0].lower()}"
    assert told[1:] == shown[1:] and len(told) > len(HEADERS)


def test_a_night_ends_well_after_a_release_of_an_older_form(
    tmp_path: Path, sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    older = Settings(home=tmp_path, project=ROOT)
    folder = older.published / sample.second.name
    shutil.copytree(sample.second, folder)
    with duckdb.connect(str(folder / "indicators.duckdb")) as opened:
        opened.execute("drop table series")
    point_latest(older.published, folder.name, date(2026, 6, 30))
    say_figures(older)
    assert "a release made before they were" in capsys.readouterr().out
