"""What `insight check` says to a person: the verdict, where the rows go, what is wrong and where.

Belongs here: choosing and ordering what is shown. Does not belong here: printing it (check.py).
Line numbers and counts only: no value of the file, and not its name, which may be a person's.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from insight_pipeline.contracts.feedback.words import (
    LINE_LOST,
    counted,
    place_words,
    repair_words,
    severity_words,
    share_words,
)
from insight_pipeline.contracts.feedback.wrong import COLUMNS_PRESENT
from insight_pipeline.contracts.offline import Checked
from insight_pipeline.kernel.outcome import Outcome

BAR_WIDTH = 40
MOST_RULES = 20
EXAMPLES = 6


def report(checked: Checked, listed: bool) -> Iterator[str]:
    """The lines of the report."""
    yield _verdict(checked)
    yield ""
    yield f"{checked.contract.stem}, version {checked.contract.version}"
    if checked.examination.outcome != "error":
        yield from _rows(checked)
        yield from _issues(checked, listed)
        yield from _about_the_file(checked)
        yield from _repairs(checked)
    yield from _not_checked(checked)


def _verdict(checked: Checked) -> str:
    found = checked.examination
    faulty = found.quarantined + found.rejected
    if found.outcome == "error":
        return "NOT CHECKED. A rule could not run; this says nothing about the file."
    if found.outcome == "refused":
        return "REFUSED. None of its rows would be taken."
    if faulty:
        return f"TAKEN IN PART. {counted(faulty, 'row')} would not be taken."
    if checked.issues.height:
        return "TAKEN IN FULL, with remarks. Nothing has to be corrected before sending."
    return "TAKEN IN FULL. Nothing to correct."


def _rows(checked: Checked) -> Iterator[str]:
    found = checked.examination
    parts = (
        ("received", found.received),
        ("taken", found.accepted),
        ("held back", found.quarantined),
        ("repeated", found.superseded),
        ("not taken", found.rejected),
    )
    for name, count in parts:
        filled = round(BAR_WIDTH * count / found.received) if found.received else 0
        bar = "█" * max(filled, int(count > 0))
        share = share_words(count, found.received)
        yield f"  {name:<10}{count:>12,}  {share:>8}  {bar}".rstrip()


def _issues(checked: Checked, listed: bool) -> Iterator[str]:
    if checked.issues.is_empty():
        return
    yield ""
    yield "What to look at, what weighs most first"
    groups = _grouped(checked.issues)
    rules = {rule.code for rule in checked.examination.rules}
    for code, severity, sentence, hint, rows, lines in groups.head(MOST_RULES).iter_rows():
        yield f"{rows:>9,}  {sentence}"
        yield f"{'':11}{hint}"
        places = ", ".join(place_words(line) for line in lines)
        more = " …" if rows > len(lines) else ""
        where = f"; {'line' if rows == 1 else 'lines'} {places}{more}" if lines else ""
        follows = severity_words(severity) if code in rules else LINE_LOST
        yield f"{'':11}{follows}; {code}{where}"
    if groups.height > MOST_RULES:
        yield f"{'':11}… and {counted(groups.height - MOST_RULES, 'more rule', 'more rules')}"
    if not listed:
        yield "  --list FILE.csv writes them all, each with its line and value."


def _grouped(issues: pl.DataFrame) -> pl.DataFrame:
    """One row a rule: what refuses the file, then what holds rows, then remarks; by rows."""
    order = pl.col("severity").replace_strict({"delivery": 0, "record": 1, "warn": 2}, default=1)
    # A rule about the whole file has no line and counts once.
    rows = pl.max_horizontal(pl.col("line").n_unique() - pl.col("line").has_nulls(), 1)
    return (
        issues.group_by("code", "severity", "sentence", "hint")
        .agg(
            rows.alias("rows"),
            pl.col("line").drop_nulls().unique().sort().head(EXAMPLES).alias("lines"),
        )
        .sort(order, pl.col("code") != COLUMNS_PRESENT, -pl.col("rows").cast(pl.Int64), "code")
    )


def _about_the_file(checked: Checked) -> Iterator[str]:
    """What was noted while reading it, unless an issue begins with the same words."""
    told = checked.issues["sentence"].unique().to_list()
    notes = [
        note for note in checked.notes if not any(said.startswith(note.sentence) for said in told)
    ]
    if notes:
        yield ""
        yield "About the file"
    for note in notes:
        yield f"{'':11}{note.sentence}"
        yield f"{'':11}{note.hint}"


def _repairs(checked: Checked) -> Iterator[str]:
    repaired = checked.examination.normalised
    if repaired:
        yield ""
        yield "Put right as the contract agrees"
        for one in repaired:
            yield f"{one.cells:>9,}  {one.column}: {repair_words(one.name)}"


def _not_checked(checked: Checked) -> Iterator[str]:
    skipped = [r.code for r in checked.examination.results if r.outcome is Outcome.SKIPPED]
    if skipped:
        yield ""
        yield f"Not checked: {', '.join(skipped)}"
        if not checked.with_manifest:
            yield "  Give the manifest with --manifest to check what it declares."
