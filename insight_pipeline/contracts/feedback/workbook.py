"""issues.xlsx: the list a person works through, with a summary and the rules beside it.

Belongs here: sheets, widths, filters. Does not belong here: what is listed (listing.py). Every cell
is written as text or as a count, so that none can be a formula; the bytes depend on nothing else
than the statement and the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from insight_pipeline.contracts.feedback.listing import harmless, in_order
from insight_pipeline.contracts.feedback.statement import Statement
from insight_pipeline.contracts.feedback.words import (
    LINE_LOST,
    moment_words,
    period_words,
    place_words,
    severity_words,
)
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.sql.engines.duckdb import identifier

# A sheet holds 1,048,576 rows; nobody works through that many, and the CSV lists them all.
WORKBOOK_ROWS = 100_000
LONGEST_CELL = 32_000  # a cell holds 32,767 characters
BATCH = 10_000
ISSUE_HEADER = (
    ("Line", 12),
    ("Key", 24),
    ("Column", 24),
    ("What is wrong", 58),
    ("What to do", 58),
    ("Your value", 28),
    ("What follows", 20),
    ("Rule", 30),
)
ISSUE_CELLS = ("line", "key", "column", "sentence", "hint", "value", "severity", "code")
RULE_HEADER = (("Rule", 32), ("What must hold", 64), ("What to do", 64), ("If broken", 20))
FIXED_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def listed_rows(issues: int) -> int:
    """How many of the issues the workbook lists."""
    return min(issues, WORKBOOK_ROWS)


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    statement: Statement,
    issues: int,
    rules: tuple[Rule, ...],
    path: Path,
) -> None:
    """The workbook of one delivery; `issue` holds its list."""
    # Row by row to disk: memory stays flat however long the list is.
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"title": statement.title, "created": FIXED_DAY.replace(tzinfo=None)})
        styles = _styles(book)
        _summary(book.add_worksheet("Summary"), statement, issues, styles)
        _issues(book.add_worksheet("Rows to correct"), connection, issues, styles)
        _rules(book.add_worksheet("Rules"), statement, rules, styles)


def _styles(book: Any) -> dict[str, Any]:
    head = {"bold": True, "bg_color": "#E7EBF0", "bottom": 1, "valign": "vcenter"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "name": book.add_format({"bold": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0", "align": "left", "valign": "top"}),
        "head": book.add_format(head),
    }


def _summary(sheet: Any, statement: Statement, issues: int, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 92)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, f"{statement.provider_name}: {statement.title}", styles["title"])
    for row, (name, value) in enumerate(_summary_lines(statement, issues), start=2):
        sheet.write_string(row, 0, name, styles["name"])
        if isinstance(value, int):
            sheet.write_number(row, 1, value, styles["count"])
        else:
            sheet.write_string(row, 1, value, styles["text"])


def _summary_lines(statement: Statement, issues: int) -> Iterator[tuple[str, str | int]]:
    yield "Result", statement.headline
    yield "", statement.explanation
    yield "Period", period_words(statement.period_from, statement.period_to)
    yield "Submitted", moment_words(statement.submitted_at)
    yield "Contract", f"{statement.contract}, version {statement.judged_by}"
    yield "Reference", statement.delivery_id
    yield "Rows received", statement.received
    yield "Rows taken", statement.accepted
    yield "Rows held back", statement.quarantined
    yield "Rows repeated or replaced", statement.superseded
    yield "Rows not taken", statement.rejected
    for number, step in enumerate(statement.next_steps, start=1):
        yield f"What to do ({number})", step
    if issues > WORKBOOK_ROWS:
        yield (
            "Not all are listed",
            f"The sheet 'Rows to correct' lists the first {WORKBOOK_ROWS:,} of {issues:,} points; "
            "issues.csv lists them all.",
        )


def _header(sheet: Any, columns: tuple[tuple[str, int], ...], rows: int, style: Any) -> None:
    for number, (name, width) in enumerate(columns):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, name, style)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(rows, 1), len(columns) - 1)


def _issues(
    sheet: Any, connection: duckdb.DuckDBPyConnection, issues: int, styles: dict[str, Any]
) -> None:
    _header(sheet, ISSUE_HEADER, listed_rows(issues), styles["head"])
    cells = ["line", *(f"{_cell(name)} as {identifier(name)}" for name in ISSUE_CELLS[1:])]
    listed = f"select {', '.join(cells)} from issue {in_order()} limit {WORKBOOK_ROWS}"
    cursor = connection.execute(listed)
    row = 0
    while batch := cursor.fetchmany(BATCH):
        for line, *texts in batch:
            row += 1
            # A plain number sorts and filters; a place in a second sheet or file needs words.
            if line is not None and place_words(line) == f"{line:,}":
                sheet.write_number(row, 0, line)
            else:
                sheet.write_string(row, 0, "whole file" if line is None else place_words(line))
            for number, text in enumerate(texts, start=1):
                sheet.write_string(row, number, text or "")


def _cell(name: str) -> str:
    if name == "severity":
        words = " ".join(f"when '{s}' then '{severity_words(s)}'" for s in ("warn", "delivery"))
        held = f"case severity {words} else '{severity_words('record')}' end"
        return f"case when unread then '{LINE_LOST}' else {held} end"
    return f"left({harmless(identifier(name))}, {LONGEST_CELL})"


def _rules(
    sheet: Any, statement: Statement, rules: tuple[Rule, ...], styles: dict[str, Any]
) -> None:
    columns = (*RULE_HEADER, ("Rows that break it", 18))
    _header(sheet, columns, len(rules), styles["head"])
    broken = {rule.code: rule.rows for rule in statement.rules_broken}
    for row, rule in enumerate(rules, start=1):
        words = severity_words(rule.severity)
        for number, text in enumerate((rule.code, rule.sentence, rule.fix_hint, words)):
            sheet.write_string(row, number, text)
        sheet.write_number(row, len(RULE_HEADER), broken.get(rule.code, 0))
