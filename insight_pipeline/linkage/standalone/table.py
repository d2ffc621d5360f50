"""A person table in any format a provider may send, as numbered rows of text.

Belongs here: opening the file, and the name of each record. Does not belong here: which columns
mean what (mapping) or what their values mean (values).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.landing.readers.choose import read_content
from insight_pipeline.landing.reading import ROW, ReaderOptions, UnreadableError
from insight_pipeline.sql.engines.duckdb import identifier, literal

FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".xlsx": "xlsx",
    ".ndjson": "ndjson",
}  # fmt: skip
# Formats whose names of columns are but their first line.
FIRST_LINE = ("csv", "xlsx")
# Numbers, days, telephones; months in letters; UK postcodes; National Insurance numbers; e-mail.
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATA = re.compile(
    rf"""(?:
        (?=.*\d)(?:\W|\d)*
        | \d{{4}}-\d{{2}}-\d{{2}}[T ]\d.*
        | \d{{1,2}}[ /.-]?{MONTH}[ /.,-]*\d{{2,4}}
        | {MONTH}[ .-]*\d{{1,2}}[ ,.-]+\d{{2,4}}
        | [a-z]{{1,2}}\d[a-z\d]?\ *\d[a-z]{{2}}
        | [a-z]{{2}}(?:\ *\d\d){{3}}\ *[a-d]
        | [^@\s]+@[^@\s]+\.[^@\s]+
    )""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class PersonTable:
    """`rows` is a Parquet file: `_row` and a text column for each of `columns`; NULL for empty."""

    rows: Path
    columns: tuple[str, ...]
    size: int

    @property
    def relation(self) -> str:
        return f"read_parquet({literal(str(self.rows))}, hive_partitioning = false)"


def read_table(file: Path, folder: Path) -> PersonTable:
    """The table in `file`, its rows written into `folder`; an InsightError if any line is lost."""
    form = FORMATS.get(file.suffix.lower())
    if form is None:
        raise InsightError([_unknown_format(file.suffix)])
    options = ReaderOptions.model_validate({"format": form})
    try:
        content = read_content(file, options, (), folder / "rows.parquet")
    except UnreadableError as error:
        raise InsightError([_unreadable(error.code)]) from None
    if form in FIRST_LINE and any(DATA.fullmatch(name.strip()) for name in content.columns):
        raise InsightError([_no_header()])
    if content.rejects.height:
        raise InsightError([_lost_lines(content.rejects.height, content.received)])
    return PersonTable(content.rows, content.columns, content.accepted)


def record_id_sql(column: str | None) -> str:
    """What names a record: the column told, or the number of its row."""
    return f"trim({identifier(column)})" if column else f"{ROW}::varchar"


def refuse_unusable_ids(
    con: duckdb.DuckDBPyConnection, table: PersonTable, column: str | None
) -> None:
    """Every row needs an id of its own: raise with counts, never with an id."""
    if column is None:
        return
    name = record_id_sql(column)
    missing, repeated, shared = con.execute(f"""
        select
            coalesce(sum(n) filter (id is null), 0),
            coalesce(sum(n) filter (id is not null and n > 1), 0),
            count(*) filter (id is not null and n > 1)
        from (select nullif({name}, '') as id, count(*) as n from {table.relation} group by all)
    """).fetchall()[0]
    where = f"--record-id {column}"
    raise_all(
        Fault(where, "an id of its own in every row", found, "nothing is linked", _OTHER_ID)
        for count, found in (
            (missing, f"{missing:,} rows without one"),
            (repeated, f"{repeated:,} rows that share {shared:,} ids"),
        )
        if count
    )


_OTHER_ID = "name another column, or leave --record-id out to number the rows"


def _unknown_format(suffix: str) -> Fault:
    return Fault(
        where="the file to link",
        expected=f"a name that ends with {', '.join(FORMATS)}",
        found=f"'{suffix}'",
        consequence="nothing is linked",
        next_step=nearest(suffix, FORMATS),
    )


def _unreadable(code: str) -> Fault:
    return Fault(
        where="the file to link",
        expected="a table with a header",
        found=code.replace("_", " "),
        consequence="nothing is linked",
        next_step="open the file, write it again, and link that",
    )


def _no_header() -> Fault:
    return Fault(
        where="the file to link",
        expected="a first line with the names of the columns",
        found="the first line looks like data, not like names of columns",
        consequence="nothing is linked: one person's values would be shown as names",
        next_step="put a line with the names of the columns in front",
    )


def _lost_lines(lost: int, received: int) -> Fault:
    return Fault(
        where="the file to link",
        expected="every line with as many fields as the header",
        found=f"{lost:,} of {received:,} lines that cannot be read as a row",
        consequence="nothing is linked: a row that is left out could not be told from one person",
        next_step="write the file again with every field that holds a separator in quotes",
    )
