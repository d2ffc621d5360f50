"""`insight diff`: what one release says otherwise than another.

Belongs here: arguments, words and exit codes. Does not belong here: comparing
(publication/querying/changes.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

import click
import polars as pl

from insight_pipeline.cli.asked import NOT_PUBLIC, wrong_use_ends_with_two
from insight_pipeline.cli.formats import form_of, format_options, tell
from insight_pipeline.cli.table import text_table
from insight_pipeline.publication.querying.changes import FIGURE, compare
from insight_pipeline.publication.querying.choosing import PREVIEW, PREVIOUS, choose
from insight_pipeline.publication.releasing.pointer import LATEST
from insight_pipeline.settings import load_settings

FIGURE_HEADER = ("figure", "change", "before", "after", "difference", "reason")
OTHER_HEADER = ("what", "change", "name", "of it", "before", "after")
# Of the changes of figures, these are counted and not listed: a new period makes hundreds of them.
ONLY_COUNTED = ("new", "same value", "still not shown")
LONGEST = 60


@click.command(name="diff")
@click.argument("before", default=PREVIOUS)
@click.argument("after", default=LATEST)
@click.option("--all", "every", is_flag=True, help="List what is only counted else, too.")
@click.option("--exit-code", is_flag=True, help="End with 1 where they differ, as diff does.")
@format_options
def diff_command(
    before: str, after: str, every: bool, exit_code: bool, form: str | None, output: Path | None
) -> None:
    """Show what release AFTER says otherwise than BEFORE: first counts, then what changed.

    A release is named in full, by the beginning of its name, or as latest, previous or preview.
    Figures stand with the reasons of all their revisions in between; then come definitions,
    contracts, and what the releases were made with. CSV, JSON and Parquet hold every change.

    \b
    Examples:
      insight diff
      insight diff 2026-07 2026-09-30-82ff --all
      insight diff latest preview --format csv
    """
    chosen, settings = form_of(form, output), load_settings()
    with wrong_use_ends_with_two():
        folders = choose(settings, before), choose(settings, after)
        changes = compare(settings, *folders)
    is_internal = PREVIEW in (before, after)
    names = folders[0].name, folders[1].name
    tell(changes, chosen, output, lambda: _words(changes, names, every, is_internal))
    if exit_code and not changes.is_empty():
        sys.exit(1)


def _words(changes: pl.DataFrame, names: tuple[str, str], every: bool, is_internal: bool) -> str:
    parts = [f"From {names[0]} to {names[1]}"]
    if changes.is_empty():
        parts.append("Both say the same.")
    else:
        parts += [_counts(changes), *_tables(changes, every)]
    return "\n\n".join([*parts, *([NOT_PUBLIC] if is_internal else [])])


def _counts(changes: pl.DataFrame) -> str:
    counted = changes.group_by("about", "change", maintain_order=True).len()
    rows = counted.rows()
    kinds = list(dict.fromkeys(row[0] for row in rows))
    lines = [
        (
            kind,
            ", ".join(
                f"{count:,} {change}" for about, change, count in sorted(rows) if about == kind
            ),
        )
        for kind in kinds
    ]
    return text_table(("what", "changes"), lines)


def _tables(changes: pl.DataFrame, every: bool) -> list[str]:
    figures = changes.filter(pl.col("about") == FIGURE)
    if not every:
        figures = figures.filter(~pl.col("change").is_in(ONLY_COUNTED))
    others = changes.filter(pl.col("about") != FIGURE)
    tables = []
    if not figures.is_empty():
        names = ("name", "change", "before", "after", "difference", "reason_code")
        notes = sorted(set(figures["explanation"].drop_nulls()))
        tables.append("\n".join([text_table(FIGURE_HEADER, _rows(figures, names)), *notes]))
    if not others.is_empty():
        names = ("about", "change", "name", "field", "before", "after")
        tables.append(text_table(OTHER_HEADER, _rows(others, names)))
    return tables


def _rows(changes: pl.DataFrame, names: tuple[str, ...]) -> list[tuple[object, ...]]:
    return [
        tuple(_cell(name, row[name]) for name in names) for row in changes.iter_rows(named=True)
    ]


def _cell(name: str, value: object) -> object:
    if name == "difference" and value is not None:
        return f"{value:+}"
    text = value if isinstance(value, str) else ""
    return f"{text[: LONGEST - 1]}…" if len(text) > LONGEST else value
