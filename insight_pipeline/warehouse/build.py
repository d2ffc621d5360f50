"""Builds the warehouse: sources in, models in order, then swapped into place as a whole.

Belongs here: the swap and what is left alone. Does not belong here: SQL of any model. A build that
fails or is killed leaves last night's warehouse untouched.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, quoted_relation
from insight_pipeline.sql.model import Macro, Model
from insight_pipeline.sql.runner import (
    ModelRun,
    install_macros,
    known_fingerprints,
    record,
    run,
    target_fingerprints,
)
from insight_pipeline.warehouse.sources import Sources, load_sources, source_fingerprints

Finish = Callable[[duckdb.DuckDBPyConnection], object]


@dataclass(frozen=True)
class Plan:
    """What the warehouse is made of: models in build order, macros, internal contracts."""

    models: tuple[Model, ...]
    macros: tuple[Macro, ...]
    internal: tuple[Contract, ...]


@dataclass(frozen=True)
class Build:
    """What a build did; `unchanged` when the warehouse stood already as it should."""

    runs: tuple[ModelRun, ...]
    unchanged: bool
    rows: Mapping[str, int]


def build(
    plan: Plan,
    sources: Sources,
    settings: Settings,
    finish: Finish,
    finished_relation: str,
    finish_fingerprint: str,
    selected: Collection[str] | None = None,
    progress: Callable[[ModelRun], None] = lambda _: None,
) -> Build:
    """Bring warehouse.duckdb up to date.

    `finish` makes `finished_relation` once every model stands as it should. `selected` restricts
    the build to these models and what they read.
    """
    marks = source_fingerprints(plan.internal, sources)
    targets = target_fingerprints(plan.models, plan.macros, marks)
    final = fingerprint(finish_fingerprint, sorted(targets.items()))
    models = plan.models if selected is None else _with_upstream(plan.models, selected)
    settings.home.mkdir(parents=True, exist_ok=True)
    if _stands(settings, {**targets, finished_relation: final}):
        with connect(settings, settings.warehouse, read_only=True) as connection:
            return Build(run(connection, models, targets), True, row_counts(connection))
    with _work_copy(settings.warehouse) as work, connect(settings, work) as connection:
        load_sources(connection, plan.internal, sources, marks)
        install_macros(connection, plan.macros)
        runs = run(connection, models, targets, progress)
        if known_fingerprints(connection).items() >= targets.items():
            finish(connection)
            record(connection, finished_relation, final)
        _drop_strangers(connection, {*targets, finished_relation})
        rows = row_counts(connection)
        connection.execute("checkpoint")
    return Build(runs, False, rows)


@contextmanager
def _work_copy(database: Path) -> Iterator[Path]:
    """A copy of the database to build in, which takes its place on a clean exit."""
    with replacing_file(database) as work:
        # A killed build leaves its write-ahead log: replayed, its rows would rise again.
        work.with_name(f"{work.name}.wal").unlink(missing_ok=True)
        if database.exists():
            shutil.copyfile(database, work)
        yield work


def _with_upstream(models: Sequence[Model], selected: Collection[str]) -> tuple[Model, ...]:
    """The selected models and everything they read, in build order."""
    wanted = set(selected)
    for model in reversed(models):
        if model.relation in wanted:
            wanted.update(model.reads)
    return tuple(model for model in models if model.relation in wanted)


def _stands(settings: Settings, targets: Mapping[str, str]) -> bool:
    if not settings.warehouse.exists():
        return False
    with connect(settings, settings.warehouse, read_only=True) as connection:
        return dict(
            connection.execute("select relation, fingerprint from meta.model").fetchall()
        ) == dict(targets)


def _drop_strangers(connection: duckdb.DuckDBPyConnection, wanted: Iterable[str]) -> None:
    """Tables of models and feeds that are no longer there: a stale table answers wrongly."""
    stale = known_fingerprints(connection).keys() - set(wanted)
    for relation in sorted(stale):
        connection.execute(f"drop table if exists {quoted_relation(relation)}")
        connection.execute("delete from meta.model where relation = ?", [relation])


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of every relation of the warehouse, as they were when it was made."""
    return dict(connection.execute("select relation, row_count from meta.model").fetchall())
