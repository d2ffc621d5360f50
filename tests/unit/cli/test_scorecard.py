"""`insight scorecard`: the table people see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.contracts.service_levels.scorecard import COLUMNS
from insight_pipeline.contracts.service_levels.store import scorecard_path
from insight_pipeline.kernel.seal import seal
from insight_pipeline.settings import Settings

LINE: dict[str, Any] = {
    **dict.fromkeys(COLUMNS),
    "provider_id": "activelife",
    "period_month": date(2025, 3, 1),
    "deliveries_expected": 2,
    "deliveries_received": 3,
    "on_time_share": Decimal("0.5"),
    "worst_late_days": 4,
    "validity": Decimal("0.9876"),
    "is_frequency_kept": True,
    "is_latency_kept": False,
}
KEPT = {"is_latency_kept": True, "worst_late_days": 0}
LINES = [
    LINE,
    {**LINE, "stem": "activelife__members"},
    {**LINE, **KEPT, "stem": "activelife__visits"},
    {**LINE, **KEPT, "provider_id": "homestead", "is_frequency_kept": False},
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = scorecard_path(Settings(tmp_path, tmp_path))
    pl.DataFrame(LINES).write_parquet(path)
    seal(path)
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    return CliRunner(env={"INSIGHT_HOME": str(home)}).invoke(main, ["scorecard", *arguments])


def test_one_line_a_provider_and_month_with_what_was_not_kept(home: Path) -> None:
    lines = run(home).output.splitlines()
    assert len(lines) == 5
    assert " ".join(lines[2].split()) == "activelife all 2025-03 2 3 50.0% 4 98.8% late"
    assert lines[3].split()[0] == "homestead" and lines[3].split()[-1] == "missing"


def test_one_provider_by_dataset(home: Path) -> None:
    lines = run(home, "--provider", "activelife").output.splitlines()
    assert [line.split()[1] for line in lines[2:5]] == ["all", "members", "visits"]
    assert lines[4].split()[-1] == "kept"


def test_a_misspelt_provider_is_told_the_nearest(home: Path) -> None:
    result = run(home, "--provider", "activlife")
    assert result.exit_code == 2
    assert "did you mean 'activelife'" in result.output


def test_without_a_scorecard_it_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "insight nightly" in result.output
