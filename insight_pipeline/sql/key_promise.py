"""Whether an incremental model keeps what its key promises, found out on a sample of keys.

Belongs here: making some keys alone and comparing. Does not belong here: when keys are made again
(incremental.py), what its SQL alone tells (key_reading.py). A share of a total, a rank over
everybody or a join to other people gives other rows when the others are not there, and that is
looked for. What only few keys do to few others may be in no sample.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.sql.dry_run import Columns, describe
from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.key_reading import broken_promise
from insight_pipeline.sql.keys import CHANGED, marks_table, narrow, query_reading, same_key
from insight_pipeline.sql.meta import scalar
from insight_pipeline.sql.model import Model

SAMPLE_KEYS = 64
ROWS = "{rows} rows of sampled keys that come out otherwise when made alone"


def refuse_unknown_key(model: Model, kinds: Columns) -> None:
    """InsightError when the key is not among the columns the query gives."""
    known = {name.lower() for name in kinds}
    absent = [name for name in model.header.key if name.lower() not in known]
    if absent:
        fault = Fault(
            where=f"{model.path} (header): key",
            expected="columns of the query",
            found=f"'{absent[0]}', which it does not give",
            consequence="nobody can say which rows to make again",
            next_step=nearest(absent[0], kinds),
        )
        raise InsightError([fault])


def refuse_broken_promise(
    connection: duckdb.DuckDBPyConnection, model: Model, keyed: Sequence[str]
) -> None:
    """InsightError when rows of sampled keys come out otherwise without the other keys.

    The model's table has just been made whole, the marks of the relations `keyed` are kept. Two
    samples without a key in common are tried: what one key does to all others shows in the one
    that is without it. Of fewer than two keys nothing can be said.
    """
    for place in (0, 1):
        if keyed and _sample(connection, model, keyed, place):
            rows = scalar(connection, _different(connection, model, keyed))
            if rows:
                raise InsightError([broken_promise(model, ROWS.format(rows=rows))])


def _sample(
    connection: duckdb.DuckDBPyConnection, model: Model, keyed: Sequence[str], place: int
) -> int:
    """Half of few keys, some of many: all of them together would always agree. Returns how many."""
    key, keys = _columns(model), _keys(model, keyed)
    size = min(SAMPLE_KEYS, scalar(connection, f"select count(*) from ({keys})") // 2)
    chosen = f"from ({keys}) order by hash({key}), {key} limit {size} offset {size * place}"
    connection.execute(f"create or replace temp table changed_key as {chosen}")
    return size


def comes_out_otherwise(
    connection: duckdb.DuckDBPyConnection, model: Model, keyed: Sequence[str]
) -> bool:
    """Whether keys just made again, in CHANGED, and some of the others come out otherwise together.

    The marks of the relations `keyed` are those of now.
    """
    key = _columns(model)
    first = f"order by hash({key}), {key} limit {SAMPLE_KEYS}"
    others = (
        f"select given.* from ({_keys(model, keyed)}) as given "
        f"anti join {CHANGED} as wanted on {same_key('given', 'wanted', model.header.key)}"
    )
    connection.execute(
        "create or replace temp table changed_key as "
        f"(from {CHANGED} {first}) union all (from ({others}) {first})"
    )
    return scalar(connection, _different(connection, model, keyed)) > 0


def _columns(model: Model) -> str:
    return ", ".join(identifier(name) for name in model.header.key)


def _keys(model: Model, keyed: Sequence[str]) -> str:
    """SQL of every key in the relations, each once."""
    tables = [marks_table(model.relation, relation) for relation in keyed]
    return " union ".join(f"select {_columns(model)} from {table}" for table in tables)


def _different(connection: duckdb.DuckDBPyConnection, model: Model, keyed: Sequence[str]) -> str:
    """SQL that counts rows of the keys in CHANGED found in only one of the two tables."""
    key, kinds = model.header.key, describe(connection, model.relation)
    cells = ", ".join(_comparable(name, kind) for name, kind in kinds.items())
    made = (
        f"select {cells} from {quoted_relation(model.relation)} as made "
        f"semi join {CHANGED} as wanted on {same_key('made', 'wanted', key)}"
    )
    alone = f"select {cells} from (\n{query_reading(model, narrow(connection, keyed, key))}\n)"
    return (
        f"with made as ({made}), alone as ({alone}) select "
        "(select count(*) from (from made except all from alone)) + "
        "(select count(*) from (from alone except all from made))"
    )


def _comparable(name: str, kind: str) -> str:
    """A sum of floating-point numbers may differ in its last digits with the order of rows."""
    return f"{identifier(name)}::float" if kind == "DOUBLE" else identifier(name)
