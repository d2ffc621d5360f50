"""What an incremental table was made from, kept in the warehouse between nights.

Belongs here: notes of the SQL and of each relation read, and whether they allow a night of changed
keys alone. Does not belong here: making rows (incremental.py), or marks of keys (keys.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace

import duckdb

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.engines.duckdb import kind_of
from insight_pipeline.sql.keys import marks_table
from insight_pipeline.sql.model import Model

_META = """
create schema if not exists meta;
create table if not exists meta.incremental (
    relation varchar, upstream varchar, fingerprint varchar, is_keyed boolean
);
alter table meta.incremental add column if not exists columns varchar;
"""
_OWN_CODE = ""


@dataclass(frozen=True)
class Noted:
    """What a relation was when the table was made; `columns` is a fingerprint, None if unknown."""

    fingerprint: str | None
    is_keyed: bool
    columns: str | None


@dataclass(frozen=True)
class Upstream:
    """A relation an incremental model reads; keyed when it has the model's key columns.

    columns: those the model can depend on.
    """

    relation: str
    fingerprint: str
    columns: Columns
    is_keyed: bool

    @property
    def noted(self) -> Noted:
        """What is kept of it: marks tell neither the columns' names from each other nor types."""
        return Noted(self.fingerprint, self.is_keyed, fingerprint(list(self.columns.items())))


def prepare_notes(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of notes where there is none yet."""
    connection.execute(_META)


def noted_of(connection: duckdb.DuckDBPyConnection, model: Model) -> dict[str, Noted]:
    """What the table was made from, by relation."""
    rows = connection.execute(
        "select upstream, fingerprint, is_keyed, columns from meta.incremental where relation = ?",
        [model.relation],
    ).fetchall()
    return {upstream: Noted(*row) for upstream, *row in rows}


def may_go_on(noted: Mapping[str, Noted], code: str, upstream: list[Upstream]) -> bool:
    """Whether nothing changed but rows of keyed relations, whose marks of last time are there."""
    if noted.get(_OWN_CODE) != Noted(code, False, None):
        return False
    return all(
        each.relation in noted
        and noted[each.relation] == (_since(each, noted) if each.is_keyed else each.noted)
        for each in upstream
    )


def _since(each: Upstream, noted: Mapping[str, Noted]) -> Noted:
    """A keyed relation may have other rows than were noted, and nothing else of it may differ."""
    return replace(each.noted, fingerprint=noted[each.relation].fingerprint)


def keep_notes(
    connection: duckdb.DuckDBPyConnection, model: Model, code: str | None, upstream: list[Upstream]
) -> None:
    """Note what the table was made from, in place of what was noted before."""
    noted = {_OWN_CODE: Noted(code, False, None)} | {each.relation: each.noted for each in upstream}
    connection.execute("delete from meta.incremental where relation = ?", [model.relation])
    connection.executemany(
        "insert into meta.incremental (relation, upstream, fingerprint, is_keyed, columns) "
        "values (?, ?, ?, ?, ?)",
        [[model.relation, name, *astuple(each)] for name, each in noted.items()],
    )


def forget_incremental(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Drop the marks of a model that is incremental no more, or no more at all."""
    if kind_of(connection, "meta.incremental") is None:
        return
    query = "delete from meta.incremental where relation = ? returning upstream"
    for (upstream,) in connection.execute(query, [relation]).fetchall():
        connection.execute(f"drop table if exists {marks_table(relation, upstream)}")
