"""`insight quality`: the tables people see."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.linkage_quality import quality_command
from insight_pipeline.linkage.quality.nightly import COLUMNS

LINES = [
    "('estimated_precision', 'everyone', 'everyone', 95, 100, .95, .9, .98, 'estimate', false)",
    "('estimated_precision', 'sex', 'F', 50, 50, 1.0, .93, 1.0, 'estimate', false)",
    "('estimated_precision_difference', 'sex', 'F', 50, 50, .05, .01, .1, 'estimate', false)",
    "('estimated_precision_difference', 'sex', 'M', 45, 50, -.05, -.1, .02, 'estimate', true)",
    "('join_weight', 'everyone', 'everyone', -2, 1, null, null, null, 'bits', false)",
    "('people', 'records', '1', 1200, 1, null, null, null, 'counted', false)",
    "('pairs', 'weight_bin', '7', 30, 1, null, null, null, 'counted', false)",
    "('backlog', 'everyone', 'everyone', 17, 1, null, null, null, 'counted', false)",
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "identity.duckdb")) as con:
        con.execute(f"create table quality ({COLUMNS})")
        con.execute(f"insert into quality select 3, * from (values {', '.join(LINES)})")
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    return CliRunner(env={"INSIGHT_HOME": str(home)}).invoke(quality_command, list(arguments))


def test_everyone_first_then_who_differs_then_sizes_and_reviews(home: Path) -> None:
    result = run(home)
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "estimated precision everyone everyone 95.00 90.00 98.00 100 estimate" in lines
    assert "estimated precision difference sex F +5.00 +1.00 +10.00 50 estimate" in lines
    assert not any(" sex M" in line for line in lines)
    assert "1 1,200" in lines and "Reviews waiting: 17" in lines


def test_every_group_on_request(home: Path) -> None:
    lines = [" ".join(line.split()) for line in run(home, "--groups").output.splitlines()]
    assert "estimated precision sex F 100.00 93.00 100.00 50 estimate" in lines


def test_json_holds_every_line_of_the_night(home: Path) -> None:
    rows = json.loads(run(home, "--format", "json").output)
    assert len(rows) == len(LINES) and {row["night"] for row in rows} == {3}


def test_the_chart_is_written_where_it_was_asked_for(home: Path, tmp_path: Path) -> None:
    chart = tmp_path / "out" / "quality.svg"
    assert run(home, "--chart", str(chart)).exit_code == 0
    assert "joined from a mean of -2 bits" in chart.read_text()


def test_a_night_that_is_not_there_names_those_that_are(home: Path) -> None:
    with duckdb.connect(str(home / "identity.duckdb")) as con:
        con.execute(f"insert into quality select 5, * from (values {LINES[0]})")
    result = run(home, "--night", "4")
    assert result.exit_code == 1
    assert "Night 4 was not measured; these were: 3, 5." in result.stderr


def test_before_the_first_night_it_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1 and "insight nightly" in result.output
