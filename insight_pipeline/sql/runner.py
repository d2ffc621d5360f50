"""Runs models on one DuckDB connection, each only when something it depends on changed.

Belongs here: build order, fingerprints, and which way each model is brought up to date. Does not
belong here: how key by key (incremental.py) or version by version (snapshot.py), where the
connection points, or what the tables mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.checks import TestResult
from insight_pipeline.sql.engines.duckdb import (
    drop,
    identifier,
    kind_of,
    quoted_relation,
    transaction,
)
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.incremental import make_incremental
from insight_pipeline.sql.incremental_notes import forget_incremental
from insight_pipeline.sql.keys import drop_temporary
from insight_pipeline.sql.meta import known_fingerprints, record, scalar
from insight_pipeline.sql.model import Macro, Model, macro_fingerprints
from insight_pipeline.sql.passed_tests import forget_passed_tests, passed_tests, test_model
from insight_pipeline.sql.snapshot import lay_aside, make_snapshot


@dataclass(frozen=True)
class ModelRun:
    """What happened to one model: rebuilt or unchanged, its rows, its tests, and `note` how.

    `moved`: a history of versions changed, which no fingerprint tells.
    """

    relation: str
    unchanged: bool
    rows: int
    tests: tuple[TestResult, ...]
    note: str = ""
    moved: bool = False


@dataclass(frozen=True)
class _Night:
    """What every model of a run is made with; `codes`: SQL and macros of each, None if unknown."""

    connection: duckdb.DuckDBPyConnection
    targets: Mapping[str, str]
    codes: Mapping[str, str] | None
    as_of: date | None
    known: Mapping[str, str]
    passed: Mapping[str, set[str]]


def install_macros(connection: duckdb.DuckDBPyConnection, macros: Iterable[Macro]) -> None:
    """Create every macro in the connection's current database."""
    for macro in macros:
        connection.execute(macro.query)


def code_fingerprints(models: Iterable[Model], macros: Iterable[Macro]) -> dict[str, str]:
    """Each model's own fingerprint together with those of the macros it calls."""
    marks = macro_fingerprints(macros)
    return {
        model.relation: fingerprint(
            model.fingerprint, [marks[name] for name in sorted(model.functions & marks.keys())]
        )
        for model in models
    }


def target_fingerprints(
    models: Iterable[Model],
    macros: Iterable[Macro],
    sources: Mapping[str, str],
    as_of: date | None = None,
) -> dict[str, str]:
    """The fingerprint each relation should have, from SQL, macros and upstream fingerprints.

    `as_of`: the day the data reach, which is part of what a snapshot is made from.
    """
    listed = tuple(models)
    codes = code_fingerprints(listed, macros)
    marks = dict(sources)
    for model in listed:
        upstream = [marks[relation] for relation in model.reads]
        day = str(as_of) if model.header.materialised is Materialised.SNAPSHOT else ""
        marks[model.relation] = fingerprint(codes[model.relation], upstream, day)
    return marks


def run(
    connection: duckdb.DuckDBPyConnection,
    models: Iterable[Model],
    targets: Mapping[str, str],
    progress: Callable[[ModelRun], None] = lambda _: None,
    *,
    macros: Iterable[Macro] | None = None,
    as_of: date | None = None,
) -> tuple[ModelRun, ...]:
    """Bring every model (in order) to its target fingerprint; unchanged tables are left alone.

    `macros`: those installed; without them incremental models are made whole, as nobody could say
    whether a macro changed. `as_of`: the day a snapshot dates its versions by.
    """
    listed = tuple(models)
    codes = None if macros is None else code_fingerprints(listed, macros)
    known = known_fingerprints(connection)
    night = _Night(connection, targets, codes, as_of, known, passed_tests(connection))
    runs = []
    try:
        for model in listed:
            done = _run_one(night, model)
            progress(done)
            runs.append(done)
    finally:
        drop_temporary(connection)
    return tuple(runs)


def _run_one(night: _Night, model: Model) -> ModelRun:
    connection, relation = night.connection, model.relation
    target, table = night.targets[relation], quoted_relation(relation)
    unchanged, note, moved = night.known.get(relation) == target, "", False
    if unchanged:
        rows = scalar(connection, f"select count(*) from {table}")
    else:
        # Both or neither: a table under another table's fingerprint would pass for finished.
        with transaction(connection):
            connection.execute(f"create schema if not exists {identifier(model.schema)}")
            note, moved = _make(night, model)
            rows = record(connection, relation, target)
            forget_passed_tests(connection, relation)
    passed = night.passed.get(relation, set()) if unchanged else set()
    tests = test_model(connection, model, night.targets, rows, passed)
    return ModelRun(relation, unchanged, rows, tests, note, moved)


def _make(night: _Night, model: Model) -> tuple[str, bool]:
    """Make one model the way its header says; returns in words how, and whether history moved."""
    connection, relation = night.connection, model.relation
    stands = model.header.materialised
    if stands is Materialised.SNAPSHOT:
        forget_incremental(connection, relation)
        return make_snapshot(connection, model, night.as_of)
    lay_aside(connection, relation)
    if stands is Materialised.INCREMENTAL:
        code = night.codes[relation] if night.codes else None
        trusted = bool(night.known.get(relation))
        return make_incremental(connection, model, code, night.targets, trusted=trusted), False
    forget_incremental(connection, relation)
    kind = "view" if stands is Materialised.VIEW else "table"
    if kind_of(connection, relation) not in (kind, None):
        drop(connection, relation)
    connection.execute(f"create or replace {kind} {quoted_relation(relation)} as\n{model.query}")
    return "", False


def drop_relation(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Take a relation that nobody makes any more out of the database; a history is laid aside."""
    with transaction(connection):
        lay_aside(connection, relation)
        forget_incremental(connection, relation)
        drop(connection, relation)
        connection.execute("delete from meta.model where relation = ?", [relation])
