"""Answers one select statement over a finished release.

Belongs here: what is a question, and running it. Does not belong here: the walls around it
(opening.py), or how an answer is shown (cli/). The release holds nothing that is withheld, so
whatever can be asked may be known; the walls guard the machine and not the figures.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.publication.querying.choosing import WrongUse
from insight_pipeline.publication.querying.opening import open_sandbox
from insight_pipeline.publication.querying.sql_faults import WHERE, fault_of, is_ours_to_mend
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import identifier

SECONDS = 60
MOST_ROWS = 1_000_000
# Kinds of value that every format can hold; all others are shown as text.
_PLAIN = frozenset(
    {
        *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE"),
        *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "VARCHAR", "DATE", "TIME", "TIMESTAMP"),
    }
)
# What sum() and count_if() give: whole numbers that only the engine has a type for.
_WHOLE = ("HUGEINT", "UHUGEINT")


def ask(settings: Settings, folder: Path, sql: str, *, seconds: int = SECONDS) -> pl.DataFrame:
    """The answer to exactly one select statement, in the order the statement gives.

    Columns of equal names are numbered. WrongUse for anything else than one select, for SQL that
    DuckDB does not understand and for more than MOST_ROWS rows; InsightError where it took too
    long or the engine failed.
    """
    with open_sandbox(settings, folder, seconds) as connection:
        try:
            statement = _one_select(connection, sql)
            answer: pl.DataFrame = _plain(connection.sql(statement).limit(MOST_ROWS + 1)).pl()
        except duckdb.Error as error:
            kind = InsightError if is_ours_to_mend(error) else WrongUse
            raise kind([fault_of(connection, error, seconds)]) from None
    if answer.height > MOST_ROWS:
        raise WrongUse([_too_many()])
    return answer


def _one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    try:
        sql.encode("utf-8")
    except UnicodeEncodeError:
        raise WrongUse([_not_a_select(["bytes that are no text"])]) from None
    found = connection.extract_statements(sql)
    kinds = [statement.type for statement in found]
    if kinds != [duckdb.StatementType.SELECT]:
        raise WrongUse([_not_a_select([kind.name.lower() for kind in kinds])])
    return _without_end(sql)


def _without_end(sql: str) -> str:
    """Without the semicolon that may end a statement, and what remarks follow it."""
    last = [offset for offset, _ in duckdb.tokenize(sql)][-1]
    ends = [offset for offset, _ in duckdb.tokenize(sql) if sql[offset] == ";"]
    return sql[: ends[0]] if ends and ends[0] <= last else sql


def _plain(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    kinds = zip(relation.columns, map(str, relation.types), strict=True)
    return relation.project(", ".join(_as_plain(name, kind) for name, kind in kinds))


def _as_plain(name: str, kind: str) -> str:
    column = identifier(name)
    if kind in _PLAIN or kind.startswith("DECIMAL"):
        return column
    return f"{column}::{'decimal(38, 0)' if kind in _WHOLE else 'varchar'} as {column}"


def _not_a_select(kinds: list[str]) -> Fault:
    return Fault(
        where=WHERE,
        expected="exactly one select statement",
        found=", ".join(kinds) or "none",
        consequence="nothing was asked",
        next_step="ask one `select`; `describe` and `show tables` are understood as well",
    )


def _too_many() -> Fault:
    return Fault(
        where=WHERE,
        expected=f"at most {MOST_ROWS:,} rows",
        found="more",
        consequence="no row is shown",
        next_step="ask for fewer with where, group by or limit",
    )
