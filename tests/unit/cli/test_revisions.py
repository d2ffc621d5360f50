"""`insight revisions`: the tables people see, made from the newest release alone."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.publication.database.revision_columns import REVISION_COLUMNS
from insight_pipeline.publication.database.views import REVISION_TRIANGLE

RELEASES = ["2025-06-30-aaaaaaaaaaaa", "2025-09-30-bbbbbbbbbbbb", "2025-12-31-cccccccccccc"]
WORDS = "A day had been sent twice."


def revise(opened: duckdb.DuckDBPyConnection, **said: object) -> None:
    number = int(str(said.get("release_no", 1)))
    row = {
        **dict.fromkeys(REVISION_COLUMNS),
        "indicator_id": "kept",
        "period_from": "2025-01-01",
        "period_to": "2025-03-31",
        "area_code": "E1",
        "provider_id": "all",
        "breakdown_type": "total",
        "breakdown": "all",
        "revision_no": 1,
        "release_no": number,
        "release": RELEASES[number - 1],
        "as_of_date": RELEASES[number - 1][:10],
        "status": "final",
        "reason_code": "first",
        **said,
    }
    columns, places = ", ".join(row), ", ".join("?" for _ in row)
    opened.execute(f"insert into revision ({columns}) values ({places})", list(row.values()))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three releases: one total revised twice, once withheld; a part; another indicator."""
    for number, name in enumerate(RELEASES, start=1):
        folder = tmp_path / "published" / name
        folder.mkdir(parents=True)
        said = {"release_no": number, "night_no": number}
        (folder / "release.json").write_text(json.dumps(said), encoding="utf-8")
    typed = ", ".join(f"{name} {kind}" for name, (kind, _) in REVISION_COLUMNS.items())
    with duckdb.connect(str(folder / "indicators.duckdb")) as opened:
        opened.execute(f"create table revision ({typed})")
        opened.execute(REVISION_TRIANGLE)
        revise(opened, value=40)
        revised = {"status": "revised", "revision_no": 2, "release_no": 2}
        change = {"value": 42.5, "previous_value": 40, "difference": 2.5, "reason_code": "error"}
        revise(opened, **revised, **change, explanation=WORDS)
        hidden = {"status": "revised", "revision_no": 3, "release_no": 3, "previous_value": 42.5}
        revise(opened, **hidden, shorthand="[c]", reason_code="disclosure")
        part = {"breakdown_type": "sex", "breakdown": "F"}
        revise(opened, **part, value=10)
        less = {"value": 9, "previous_value": 10, "difference": -1, "reason_code": "linkage"}
        revise(opened, **part, **revised, **less)
        revise(opened, indicator_id="other", release_no=2, value=7)
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    return CliRunner(env={"INSIGHT_HOME": str(home)}).invoke(main, ["revisions", *arguments])


def test_totals_that_were_revised_are_listed_with_reason_and_explanation(home: Path) -> None:
    result = run(home)
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert lines[2:] == [
        f"kept 2025-01-01 total 2 {RELEASES[1]} revised error 40.00 42.50 +2.50",
        f"kept 2025-01-01 total 3 {RELEASES[2]} revised disclosure 42.50 [c]",
        f"kept: {WORDS}",
    ]


def test_one_indicator_shows_all_of_its_figures(home: Path) -> None:
    lines = run(home, "kept").output.splitlines()
    assert [line.split()[2] for line in lines[2:5]] == ["sex=F", "total", "total"]
    assert "-1.00" in lines[2]


def test_the_triangle_has_a_column_a_release_and_the_difference_to_the_first(home: Path) -> None:
    result = run(home, "--triangle")
    blocks = [block.splitlines() for block in result.output.strip().split("\n\n")]
    assert [block[0] for block in blocks] == ["kept", "other"]
    assert " ".join(blocks[0][1].split()) == (
        "period from first 1: 2025-06-30 2: 2025-09-30 3: 2025-12-31 latest latest - first"
    )
    assert blocks[0][3].split() == ["2025-01-01", "40.00", "40.00", "42.50", "-"]
    assert blocks[1][3].split() == ["2025-01-01", "7.00", "7.00", "7.00", "7.00", "+0.00"]


def test_json_holds_every_column(home: Path) -> None:
    rows = json.loads(run(home, "kept", "--json").output)
    assert list(rows[0]) == list(REVISION_COLUMNS)
    assert [row["difference"] for row in rows] == ["-1.00", "2.50", None]


def test_a_period_without_revisions_says_so(home: Path) -> None:
    result = run(home, "--period", "2024-10-01")
    assert result.exit_code == 0
    assert "was ever revised" in result.output
    assert "kept" in run(home, "--period", "2025-01-01").output


def test_a_misspelt_indicator_is_told_the_nearest(home: Path) -> None:
    result = run(home, "kpet")
    assert result.exit_code == 2
    assert "did you mean 'kept'" in result.output


def test_without_a_release_it_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "insight nightly" in result.output
