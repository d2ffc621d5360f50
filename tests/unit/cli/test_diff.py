"""`insight diff`: counts first, then what changed."""

from __future__ import annotations

import csv
import io

import pytest

from insight_pipeline.settings import Settings
from tests.unit.cli.conftest import Insight, Sample
from tests.unit.publication.database.conftest import REVISED


def test_without_names_the_latest_is_held_against_the_one_before(
    insight: Insight, sample: Sample
) -> None:
    result = insight("diff")
    assert result.exit_code == 0, result.output
    assert result.output == insight("diff", sample.first.name, sample.second.name).output
    lines = result.output.splitlines()
    assert lines[0] == f"From {sample.first.name} to {sample.second.name}"
    counts = next(line for line in lines if line.startswith("figure "))
    assert "1 revised" in counts
    (revised,) = [line for line in lines if line.startswith(f"{REVISED}@2025-04-01")]
    assert revised.split()[1:3] == ["revised", "60.50"]
    assert lines.index(counts) < lines.index(revised)


def test_what_is_only_counted_is_listed_on_demand_and_for_programs(insight: Insight) -> None:
    shown, every = insight("diff").output, insight("diff", "--all").output
    text = insight("diff", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    counted = [row["name"] for row in rows if row["change"] in ("new", "same value")]
    assert [name for name in counted if name in shown] == []
    assert all(row["name"] in every for row in rows)


def test_a_release_says_the_same_as_itself(insight: Insight) -> None:
    result = insight("diff", "latest", "latest", "--exit-code")
    assert result.exit_code == 0
    assert "Both say the same." in result.output


def test_a_script_can_ask_whether_anything_changed(insight: Insight) -> None:
    assert insight("diff", "--exit-code").exit_code == 1
    assert insight("diff").exit_code == 0


def test_a_preview_is_held_against_what_is_public(insight: Insight, previewed: Settings) -> None:
    result = insight("diff", "latest", "preview")
    assert result.exit_code == 0
    assert f"{REVISED}@2025-04-01" in result.output
    assert result.output.rstrip().endswith("nothing of it is published.")


@pytest.mark.parametrize(
    ("names", "code"),
    [(["1999", "latest"], 2), (["2026", "latest"], 2), (["latest", "preview"], 1)],
)
def test_releases_that_are_not_there_are_told(
    insight: Insight, names: list[str], code: int
) -> None:
    result = insight("diff", *names)
    assert result.exit_code == code
    assert "next step" in result.stderr and result.stdout == ""
