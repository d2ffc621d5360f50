"""Models made again key by key: only the rows of changed keys are deleted and inserted.

Belongs here: when that is allowed, and doing it. Does not belong here: what a key's mark is
(keys.py), or what is kept of the last night (incremental_notes.py). What the header's
`materialised: incremental` promises: the rows of the model with one key depend only on the rows
with that key in those relations it reads that have all key columns. A key changed when its rows
did, in a column the query uses.
A change in another relation, in the SQL or in a macro makes the whole table anew, and so does one
of more than half of the keys. It pays for queries that do much with each key: to compare the keys
costs about what copying the rows would. The order of rows is not promised: who needs one, orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.sql.dry_run import Columns, describe, query_columns
from insight_pipeline.sql.engines.duckdb import drop, identifier, kind_of, quoted_relation
from insight_pipeline.sql.incremental_notes import (
    Upstream,
    keep_notes,
    may_go_on,
    noted_of,
    prepare_notes,
)
from insight_pipeline.sql.key_promise import (
    comes_out_otherwise,
    refuse_broken_promise,
    refuse_unknown_key,
)
from insight_pipeline.sql.key_reading import carries, plain_breaks
from insight_pipeline.sql.keys import (
    CHANGED,
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
    prepare_notes(connection)
    kinds = query_columns(connection, model.query)
    refuse_unknown_key(model, kinds)
    upstream = [_upstream(connection, model, name, targets[name], kinds) for name in model.reads]
    keyed = [each.relation for each in upstream if each.is_keyed]
    raise_all(plain_breaks(model, keyed))
    noted = noted_of(connection, model) if trusted and _has(connection, model, kinds) else {}
    if code is None or not may_go_on(noted, code, upstream):
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
    keep_notes(connection, model, code, upstream)
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
    keep_notes(connection, model, code, upstream)
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
