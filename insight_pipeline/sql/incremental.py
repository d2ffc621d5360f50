"""Models made again key by key: only the rows of changed keys are deleted and inserted.

Belongs here: when that is allowed, and doing it. Does not belong here: what a key's mark is
(keys.py). What the header's `materialised: incremental` promises: the rows of the model with one
key depend only on the rows with that key in those relations it reads that have all key columns.
A key changed when its rows did, in a column the query uses.
A change in another relation, in the SQL or in a macro makes the whole table anew, and so does one
of more than half of the keys. It pays for queries that do much with each key: to compare the keys
costs about what copying the rows would. The order of rows is not promised: who needs one, orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace

import duckdb

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.dry_run import Columns, describe, query_columns
from insight_pipeline.sql.engines.duckdb import (
    drop,
    identifier,
    kind_of,
    quoted_relation,
)
from insight_pipeline.sql.key_promise import (
    comes_out_otherwise,
    refuse_broken_promise,
    refuse_unknown_key,
)
from insight_pipeline.sql.key_reading import refuse_plain_break
from insight_pipeline.sql.keys import (
    CHANGED,
    carries,
    keep_marks,
    mark_now,
    marks_table,
    narrow,
    query_reading,
    same_key,
)
from insight_pipeline.sql.meta import scalar
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.used_columns import used_columns

META = """
create schema if not exists meta;
create table if not exists meta.incremental (
    relation varchar, upstream varchar, fingerprint varchar, is_keyed boolean
);
alter table meta.incremental add column if not exists columns varchar;
"""
OWN_CODE = ""


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


def make_incremental(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    code: str | None,
    targets: Mapping[str, str],
    *,
    trusted: bool,
) -> str:
    """Bring an incremental model up to date; returns in words how.

    `code`: fingerprint of its SQL and macros, None when unknown, and then all is made anew.
    `targets`: fingerprints of what it reads. `trusted`: the table was finished by an earlier run.
    InsightError when the key does not keep its promise. The caller holds the transaction.
    """
    connection.execute(META)
    kinds = query_columns(connection, model.query)
    refuse_unknown_key(model, kinds)
    upstream = [_upstream(connection, model, name, targets[name], kinds) for name in model.reads]
    keyed = [each.relation for each in upstream if each.is_keyed]
    refuse_plain_break(model, keyed)
    noted = _noted(connection, model) if trusted and _has(connection, model, kinds) else {}
    if code is None or not _may_go_on(noted, code, upstream):
        return _whole(connection, model, code, upstream)
    changed = [each for each in upstream if noted[each.relation] != each.noted]
    keys = _changed_keys(connection, model, changed)
    if keys * 2 > _known_keys(connection, model, upstream):
        return _whole(connection, model, code, upstream)
    if keys:
        _replace_keys(connection, model, upstream)
    _keep(connection, model, changed)
    if keys and comes_out_otherwise(connection, model, keyed):
        # Made whole, the table is right, and refused if keys made alone still give other rows.
        return _whole(connection, model, code, upstream)
    _note(connection, model, code, upstream)
    return f"{keys:,} {'key' if keys == 1 else 'keys'} made again"


def _upstream(
    connection: duckdb.DuckDBPyConnection, model: Model, relation: str, mark: str, kinds: Columns
) -> Upstream:
    columns = describe(connection, relation)
    is_keyed = carries(model.header.key, columns, kinds)
    return Upstream(relation, mark, used_columns(model, columns), is_keyed)


def _has(connection: duckdb.DuckDBPyConnection, model: Model, kinds: Columns) -> bool:
    """Whether the table stands there with the columns the query gives now."""
    if kind_of(connection, model.relation) != "table":
        return False
    return list(describe(connection, model.relation).items()) == list(kinds.items())


def _noted(connection: duckdb.DuckDBPyConnection, model: Model) -> dict[str, Noted]:
    """What the table was made from, by relation."""
    rows = connection.execute(
        "select upstream, fingerprint, is_keyed, columns from meta.incremental where relation = ?",
        [model.relation],
    ).fetchall()
    return {upstream: Noted(*row) for upstream, *row in rows}


def _may_go_on(noted: Mapping[str, Noted], code: str, upstream: list[Upstream]) -> bool:
    """Whether nothing changed but rows of keyed relations, whose marks of last time are there."""
    if noted.get(OWN_CODE) != Noted(code, False, None):
        return False
    return all(
        each.relation in noted
        and noted[each.relation] == (_since(each, noted) if each.is_keyed else each.noted)
        for each in upstream
    )


def _since(each: Upstream, noted: Mapping[str, Noted]) -> Noted:
    """A keyed relation may have other rows than were noted, and nothing else of it may differ."""
    return replace(each.noted, fingerprint=noted[each.relation].fingerprint)


def _whole(
    connection: duckdb.DuckDBPyConnection, model: Model, code: str | None, upstream: list[Upstream]
) -> str:
    keyed = [each for each in upstream if each.is_keyed]
    if kind_of(connection, model.relation) == "view":
        drop(connection, model.relation)
    connection.execute(
        f"create or replace table {quoted_relation(model.relation)} as\n{model.query}"
    )
    _keep(connection, model, keyed)
    refuse_broken_promise(connection, model, [each.relation for each in keyed])
    _note(connection, model, code, upstream)
    return "every key made"


def _mark_now(connection: duckdb.DuckDBPyConnection, key: Sequence[str], upstream: Upstream) -> str:
    return mark_now(connection, upstream.relation, upstream.fingerprint, key, upstream.columns)


def _keep(connection: duckdb.DuckDBPyConnection, model: Model, upstream: list[Upstream]) -> None:
    """Keep the marks of keyed relations for the next night."""
    for each in upstream:
        table = marks_table(model.relation, each.relation)
        keep_marks(connection, table, _mark_now(connection, model.header.key, each))


def _changed_keys(
    connection: duckdb.DuckDBPyConnection, model: Model, changed: list[Upstream]
) -> int:
    """Collect the keys whose mark is new, gone or different in any relation that changed."""
    key = ", ".join(identifier(name) for name in model.header.key)
    parts = [f"select {key} from {quoted_relation(model.relation)} where false"]
    for each in changed:
        now = _mark_now(connection, model.header.key, each)
        then = marks_table(model.relation, each.relation)
        parts += [
            f"select {key} from (from {now} except from {then})",
            f"select {key} from (from {then} except from {now})",
        ]
    union = " union ".join(parts)
    connection.execute(f"create or replace temp table changed_key as {union}")
    return scalar(connection, f"select count(*) from {CHANGED}")


def _known_keys(
    connection: duckdb.DuckDBPyConnection, model: Model, upstream: list[Upstream]
) -> int:
    """How many keys the relation with the most of them had when the table was made."""
    tables = [marks_table(model.relation, each.relation) for each in upstream if each.is_keyed]
    return max((scalar(connection, f"select count(*) from {t}") for t in tables), default=0)


def _replace_keys(
    connection: duckdb.DuckDBPyConnection, model: Model, upstream: list[Upstream]
) -> None:
    table, key = quoted_relation(model.relation), model.header.key
    keyed = [each.relation for each in upstream if each.is_keyed]
    query = query_reading(model, narrow(connection, keyed, key))
    connection.execute(
        f"delete from {table} as made using {CHANGED} as wanted "
        f"where {same_key('made', 'wanted', key)}"
    )
    connection.execute(f"insert into {table}\n{query}")


def _note(
    connection: duckdb.DuckDBPyConnection, model: Model, code: str | None, upstream: list[Upstream]
) -> None:
    noted = {OWN_CODE: Noted(code, False, None)} | {each.relation: each.noted for each in upstream}
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
