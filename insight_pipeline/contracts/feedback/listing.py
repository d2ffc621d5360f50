"""The list of what is wrong in one delivery, row by row, in words; and as CSV for the provider.

Belongs here: `issue`, the table that every other form of feedback reads, and issues.csv. Does not
belong here: finding issues (judge.py) or the workbook (workbook.py). Values of the provider's own
rows stand in these lists and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from insight_pipeline.contracts.feedback.words import Told, line_words
from insight_pipeline.sql.engines.duckdb import identifier, literal

COLUMNS = ("line", "key", "column", "code", "severity", "sentence", "hint", "value")
NOTHING = (
    "select null::bigint as line, null::varchar as column_name, null::varchar as code, "
    "null::varchar as severity, null::varchar as value, null::varchar as key where false"
)
EXAMPLE_LINES = 6
# What a spreadsheet takes for the start of a formula, also in the wide forms of East Asian fonts.
FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001
# Controls and marks that turn the direction of text: no spreadsheet shows what is really there.
UNSEEN = r"[\x{0}-\x{1f}\x{7f}-\x{9f}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{feff}]"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def list_issues(
    connection: duckdb.DuckDBPyConnection, path: Path | None, words: Mapping[str, Told]
) -> int:
    """Fill `issue` from a delivery's issues, each with its words; returns how many there are."""
    open_found(connection, path)
    return tell_found(connection, words)


def open_found(connection: duckdb.DuckDBPyConnection, path: Path | None) -> None:
    """Fill `found` with what the judge listed; nothing where there is no list."""
    source = f"read_parquet({literal(str(path))})" if path else f"({NOTHING})"
    connection.execute(
        "create or replace temp table found as "
        f"select line, column_name, code, severity, value, key from {source}"
    )


def tell_found(connection: duckdb.DuckDBPyConnection, words: Mapping[str, Told]) -> int:
    """Fill `issue` from `found`, each with its words; returns how many there are."""
    codes = connection.execute("select distinct code from found order by code").fetchall()
    # A code that no rule has is the reader's word for a line it could not read.
    told = [(code, *(words.get(code) or line_words(code)), code not in words) for (code,) in codes]
    values = ", ".join(
        f"({', '.join(map(literal, texts))}, {unread})"
        for *texts, unread in told or [("", "", "", False)]
    )
    connection.execute(
        "create or replace temp table issue as "
        'select line, key, column_name as "column", code, severity, sentence, hint, value, unread '
        f"from found join (values {values}) as told (code, sentence, hint, unread) "
        "using (code)"
    )
    return int(connection.execute("select count(*) from issue").fetchall()[0][0])


def in_order() -> str:
    """SQL for the issues in the order of the file; what concerns the whole file comes first."""
    return 'order by line nulls first, "column", code, key, value'


def example_lines(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, ...]]:
    """The first lines of each code."""
    rows = connection.execute(
        f"select code, list(distinct line order by line)[1:{EXAMPLE_LINES}] from issue "
        "where line is not null group by code"
    ).fetchall()
    return {code: tuple(int(line) for line in lines) for code, lines in rows}


def lines_by_code(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """(code, severity) → how many lines have such an issue."""
    rows = connection.execute(
        "select code, severity, count(distinct line) from issue group by all"
    ).fetchall()
    return {(code, severity): int(lines) for code, severity, lines in rows}


def harmless(text: str) -> str:
    """SQL for `text` as a cell that a spreadsheet shows and never runs."""
    seen = f"regexp_replace({text}, {literal(UNSEEN)}, {literal(REPLACEMENT)}, 'g')"
    starts = f"regexp_matches({text}, {literal(FORMULA_START)})"
    return f"case when {starts} then '''' || {seen} else {seen} end"


def write_csv(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Every issue as CSV that Excel opens as it is: UTF-8 with a mark, no formula in any cell."""
    # The mark stands before the first name: `copy` has no other place for it.
    first = f"line as {identifier(BYTE_ORDER_MARK + 'line')}"
    texts = [f"{harmless(identifier(name))} as {identifier(name)}" for name in COLUMNS[1:]]
    connection.execute(
        f"copy (select {', '.join([first, *texts])} from issue {in_order()}) "
        f"to {literal(str(path))} (format csv, header true)"
    )
