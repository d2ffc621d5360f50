"""Answers as a table for people, or as CSV, JSON or Parquet for programs.

Belongs here: the options --format and --output, and writing a frame in each form. Does not belong
here: what is in a frame, or the words around a table. Numbers stay numbers in every form but the
table; what is empty is empty, null or absent. Same frame, same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import click
import polars as pl

from insight_pipeline.cli.table import text_table
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.publication.history import DESCRIPTION

TABLE, CSV, JSON, PARQUET = "table", "csv", "json", "parquet"
FORMATS = (TABLE, CSV, JSON, PARQUET)
Command = TypeVar("Command", bound=Callable[..., object])


def _usable(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    if path is None:
        return None
    if not path.absolute().parent.is_dir():
        raise click.BadParameter("its folder does not exist")
    if path.exists() and not path.is_file():
        raise click.BadParameter("it is no file")
    if any((folder / DESCRIPTION).is_file() for folder in path.resolve().parents):
        raise click.BadParameter("it is inside a release, which is never changed")
    return path


def format_options(command: Command) -> Command:
    """Adds --format and --output as `form` and `output`; pass both to form_of() and tell()."""
    command = click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_usable,
        help="A file to write instead of the terminal; replaced in one step.",
    )(command)
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        help="How to show it.  [default: by the end of the output's name, else table]",
    )(command)


def form_of(form: str | None, output: Path | None) -> str:
    """The form asked for, else the one that the output's name ends with, else the table."""
    ending = output.suffix.lower().lstrip(".") if output else ""
    chosen = form or (ending if ending in FORMATS else TABLE)
    if chosen == PARQUET and output is None:
        raise click.UsageError("--format parquet goes into a file: add --output FILE.")
    return chosen


def tell(frame: pl.DataFrame, form: str, output: Path | None, words: Callable[[], str]) -> None:
    """Show or write a frame; `words` gives the text of the form table."""
    if output is None:
        click.echo(_text(frame, form, words), nl=False)
        return
    with replacing_file(output) as work:
        if form == PARQUET:
            frame.write_parquet(work, compression="zstd")
        else:
            work.write_text(_text(frame, form, words), encoding="utf-8", newline="")
    click.echo(f"{frame.height:,} rows in {output}", err=True)


def frame_table(frame: pl.DataFrame) -> str:
    """Every column and row of a frame for a terminal."""
    return text_table(frame.columns, ([_cell(value) for value in row] for row in frame.rows()))


def _text(frame: pl.DataFrame, form: str, words: Callable[[], str]) -> str:
    if form == CSV:
        return frame.write_csv()
    if form == JSON:
        return _as_json(frame)
    return words().rstrip("\n") + "\n"


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _as_json(frame: pl.DataFrame) -> str:
    """One object a row, one row a line: two answers can be compared line by line."""
    rows = (
        json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False)
        for row in frame.iter_rows(named=True)
    )
    lines = ",\n  ".join(rows)
    return f"[\n  {lines}\n]\n" if lines else "[]\n"


def _plain(value: Any) -> Any:
    """Numbers as JSON knows them, days and times as text; it knows no infinity."""
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date | datetime | time) else value
