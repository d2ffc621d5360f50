"""One frame in four forms, and where it may be written."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import polars as pl
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.formats import form_of, format_options, frame_table, tell

FRAME = pl.DataFrame(
    {
        "name": ["a,b", 'say "x"', None],
        "value": [Decimal("42.50"), Decimal("-1.00"), None],
        "day": [date(2025, 4, 1), None, None],
        "share": [0.5, float("inf"), float("nan")],
        "is_sure": [True, False, None],
    }
)


@click.command()
@format_options
def command(form: str | None, output: Path | None) -> None:
    tell(FRAME, form_of(form, output), output, lambda: frame_table(FRAME))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_a_table_is_for_people() -> None:
    lines = run().output.splitlines()
    assert lines[0].split() == ["name", "value", "day", "share", "is_sure"]
    assert lines[2].split() == ["a,b", "42.50", "2025-04-01", "0.5", "true"]


def test_csv_is_read_back_as_it_was() -> None:
    text = run("--format", "csv").output
    assert text.splitlines()[0] == "name,value,day,share,is_sure"
    assert text.splitlines()[1] == '"a,b",42.50,2025-04-01,0.5,true'
    assert "\r" not in text and text.endswith("\n")


def test_json_has_numbers_as_numbers_and_nothing_that_json_lacks() -> None:
    text = run("--format", "json").output
    assert json.loads(text, parse_constant=lambda word: pytest.fail(word)) == [
        {"name": "a,b", "value": 42.5, "day": "2025-04-01", "share": 0.5, "is_sure": True},
        {"name": 'say "x"', "value": -1.0, "day": None, "share": None, "is_sure": False},
        {"name": None, "value": None, "day": None, "share": None, "is_sure": None},
    ]
    assert len(text.splitlines()) == FRAME.height + 2


@pytest.mark.parametrize("chosen", [["--format", "parquet"], []])
def test_parquet_goes_into_a_file_and_keeps_its_types(tmp_path: Path, chosen: list[str]) -> None:
    target = tmp_path / "out.parquet"
    result = run(*chosen, "--output", str(target))
    assert result.exit_code == 0, result.output
    assert result.stdout == "" and "3 rows" in result.stderr
    assert pl.read_parquet(target).equals(FRAME, null_equal=True)


@pytest.mark.parametrize(
    ("name", "start"), [("a.json", "[\n"), ("a.csv", "name,"), ("a.txt", "name ")]
)
def test_the_end_of_the_name_says_the_form(tmp_path: Path, name: str, start: str) -> None:
    target = tmp_path / name
    target.write_text("old", encoding="utf-8")
    assert run("--output", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8").startswith(start)
    assert list(tmp_path.iterdir()) == [target]


def test_a_form_that_is_named_goes_before_the_end_of_the_name(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    assert run("--output", str(target), "--format", "json").exit_code == 0
    assert target.read_text(encoding="utf-8").startswith("[")


def test_the_same_frame_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.parquet", "b.parquet"):
        run("--output", str(tmp_path / name))
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_what_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    release = tmp_path / "published" / "2025-06-30-aaaaaaaaaaaa"
    (release / "site").mkdir(parents=True)
    (release / "release.json").write_text("{}", encoding="utf-8")
    (tmp_path / "latest").symlink_to(release)
    for target in (
        release / "mine.csv",
        release / "site" / "mine.csv",
        tmp_path / "latest" / "mine.csv",
        tmp_path / "nowhere" / "mine.csv",
        release,
    ):
        assert run("--output", str(target)).exit_code == 2, target
    assert run("--format", "parquet").exit_code == 2
    assert not list(tmp_path.rglob("mine.csv"))


def test_a_cell_cannot_command_the_terminal() -> None:
    frame = pl.DataFrame({"a\x1b[2J": ["\x1b]0;x\x07\nnext"]})
    assert not set("\x1b\x07") & set(frame_table(frame))
    assert len(frame_table(frame).splitlines()) == 3
