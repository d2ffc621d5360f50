"""What is wrong with a statement, told to somebody who does not write SQL every day.

Belongs here: from DuckDB's error to our five parts, with the nearest name there is. Does not belong
here: running statements (asking.py). A message may quote the statement and what is published: both
are public.
"""

from __future__ import annotations

import re

import duckdb

from insight_pipeline.kernel.errors import Fault, nearest
from insight_pipeline.publication.database.dictionary import TABLES
from insight_pipeline.publication.database.macro_columns import MACROS

WHERE = "insight query"
# Neither the statement nor its asker is to blame for these.
_OURS = (
    duckdb.InterruptException,
    duckdb.OutOfMemoryException,
    duckdb.IOException,
    duckdb.InternalException,
    duckdb.FatalException,
)
_TABLE = re.compile(r"(?:Table|View) with name \"?([^\"!\n]+?)\"? does not exist")
_COLUMN = re.compile(
    r"Referenced column \"([^\"\n]+)\" not found|does not have a column named "
    r"\"([^\"\n]+)\""
)
_MACRO = re.compile(r"Macro (\w+)\(\) does not support")
_FUNCTION = re.compile(r"Function with name \"?([^\"!\s]+)\"? does not exist")
_HELP = '`insight query "show tables"` lists the tables, `"describe figure"` the columns of one'


def is_ours_to_mend(error: duckdb.Error) -> bool:
    """Whether the engine failed, or gave up, rather than refused what it was asked."""
    return isinstance(error, _OURS)


def fault_of(connection: duckdb.DuckDBPyConnection, error: duckdb.Error, seconds: int) -> Fault:
    """The five parts of an error, with the nearest table, column or function where one is amiss."""
    if isinstance(error, duckdb.InterruptException):
        return _given_up(f"an answer within {seconds} seconds", "none by then")
    if isinstance(error, duckdb.OutOfMemoryException):
        return _given_up("an answer within the memory allowed", "a need for more")
    if is_ours_to_mend(error):
        return _given_up("a database that can be read to its end", type(error).__name__)
    message = str(error)
    return Fault(
        where=WHERE,
        expected="a select statement that DuckDB understands",
        found=_in_one_line(message),
        consequence="nothing was asked",
        next_step=_next_step(connection, message),
    )


def _given_up(expected: str, found: str) -> Fault:
    return Fault(
        where=WHERE,
        expected=expected,
        found=found,
        consequence="nothing is shown",
        next_step="ask for less with where or limit; check the files: `insight releases --verify`",
    )


def _in_one_line(message: str) -> str:
    """The first line, without the kind of error: DuckDB counts lines of a statement of its own."""
    return re.sub(r"^[A-Z][A-Za-z ]* Error: ", "", message.partition("\n")[0]).rstrip("!")


def _next_step(connection: duckdb.DuckDBPyConnection, message: str) -> str:
    if found := _TABLE.search(message):
        return f"{nearest(_last(found[1]), _tables(connection))}; {_HELP}"
    if found := _COLUMN.search(message):
        return f"{_nearest_column(connection, found[1] or found[2])}; {_HELP}"
    if (found := _MACRO.search(message)) and found[1] in MACROS:
        return f"write {found[1]}({', '.join(MACROS[found[1]].parameters)}); {_HELP}"
    if found := _FUNCTION.search(message):
        return f"{nearest(found[1], MACROS)}; {_HELP}"
    return _HELP


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    query = "select table_name from information_schema.tables order by table_name"
    return [str(row[0]) for row in connection.execute(query).fetchall()]


def _nearest_column(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The nearest column of any table, and which tables have it."""
    query = "select column_name, table_name from information_schema.columns order by all"
    found: dict[str, list[str]] = {}
    for column, table in connection.execute(query).fetchall():
        found.setdefault(column, []).append(table)
    words = nearest(_last(name), found)
    column = words.partition("'")[2].partition("'")[0]
    tables = [table for table in found.get(column, []) if table in TABLES]
    return f"{words} It stands in {', '.join(tables)}" if tables else words
