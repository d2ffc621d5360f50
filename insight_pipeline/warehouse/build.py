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
from insight_pipeline.kernel.atomic import make_folder, replacing_file
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import check_fingerprint, check_models
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.graph import needs
from insight_pipeline.sql.meta import (
    forget_fingerprint,
    known_dry_run,
    known_fingerprints,
    record,
    record_dry_run,
)
from insight_pipeline.sql.model import Macro, Model
from insight_pipeline.sql.runner import (
    ModelRun,
    drop_relation,
    install_macros,
    run,
    target_fingerprints,
)
from insight_pipeline.warehouse.last_day import last_day
from insight_pipeline.warehouse.loading import load_sources
from insight_pipeline.warehouse.sources import Sources, source_columns, source_fingerprints
from insight_pipeline.warehouse.verdict import broken_tests, note_row_counts

Finish = Callable[[duckdb.DuckDBPyConnection], object]


@dataclass(frozen=True)
class Plan:
    """What the warehouse is made of: models in build order, macros, internal contracts."""

    models: tuple[Model, ...]
    macros: tuple[Macro, ...]
    internal: tuple[Contract, ...]


@dataclass(frozen=True)
class Build:
    """What a build did; `unchanged` when the warehouse stood already as it should.

    finished: what `finish` gave back; None when it did not run.
    held: the tests that kept `finish` from running, `relation: test`.
    """

    runs: tuple[ModelRun, ...]
    unchanged: bool
    rows: Mapping[str, int]
    finished: object = None
    held: tuple[str, ...] = ()


def build(
    plan: Plan,
    sources: Sources,
    settings: Settings,
    finish: Finish,
    finished_relation: str,
    finish_fingerprint: str,
    selected: Collection[str] | None = None,
    progress: Callable[[ModelRun], None] = lambda _: None,
    finished_from: Collection[str] | None = None,
) -> Build:
    """Bring warehouse.duckdb up to date.

    `finish` makes `finished_relation` once every model stands as it should and no test of severity
    error is broken of those it is made from (`finished_from`, None for all models); until then
    what it made before stays. `selected` restricts the build to these models and what they read.
    """
    as_of = last_day(sources)
    marks = source_fingerprints(plan.internal, sources)
    targets = target_fingerprints(plan.models, plan.macros, marks, as_of)
    final = fingerprint(finish_fingerprint, sorted(targets.items()))
    models = plan.models if selected is None else _with_upstream(plan.models, selected)
    make_folder(settings.home)
    known, sound = _noted(settings)
    files = _check(plan, settings, sound)
    if known == {**targets, finished_relation: final}:
        with connect(settings, settings.warehouse, read_only=True) as connection:
            return Build(run(connection, models, targets), True, row_counts(connection))
    with _work_copy(settings.warehouse) as work, connect(settings, work) as connection:
        load_sources(connection, plan.internal, sources, marks)
        install_macros(connection, plan.macros)
        runs = run(connection, models, targets, progress, macros=plan.macros, as_of=as_of)
        _let_readers_follow(connection, plan.models, runs)
        note_row_counts(connection, plan.models, runs)
        record_dry_run(connection, files)
        stands = known_fingerprints(connection).items() >= targets.items()
        held = _broken(connection, plan, runs, targets, finished_from) if stands else ()
        finished = None
        if stands and not held:
            finished = finish(connection)
            record(connection, finished_relation, final)
        _drop_strangers(connection, {*targets, finished_relation})
        rows = row_counts(connection)
        connection.execute("checkpoint")
    return Build(runs, False, rows, finished, held)


def _broken(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    runs: Iterable[ModelRun],
    targets: Mapping[str, str],
    among: Collection[str] | None,
) -> tuple[str, ...]:
    """Broken tests of all models; those that a selection left out stand, but are tested as well."""
    listed = tuple(runs)
    done = {each.relation for each in listed}
    left = [model for model in plan.models if model.relation not in done]
    return broken_tests((*listed, *run(connection, left, targets)), among)


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
    """The selected models and everything they and their tests read, in build order."""
    wanted = set(selected)
    for model in reversed(models):
        if model.relation in wanted:
            wanted.update(needs(model))
    return tuple(model for model in models if model.relation in wanted)


def _noted(settings: Settings) -> tuple[dict[str, str], str | None]:
    """What the warehouse says of itself: fingerprints by relation, and of the files it is from."""
    if not settings.warehouse.exists():
        return {}, None
    with connect(settings, settings.warehouse, read_only=True) as connection:
        known = connection.execute("select relation, fingerprint from meta.model").fetchall()
        return dict(known), known_dry_run(connection)


def _check(plan: Plan, settings: Settings, sound: str | None) -> str:
    """Bind every model before any data move, unless its files were found sound before."""
    columns = source_columns(plan.internal)
    files = check_fingerprint(plan.models, plan.macros, columns)
    if files != sound:
        check_models(plan.models, plan.macros, columns, settings)
    return files


def _let_readers_follow(
    connection: duckdb.DuckDBPyConnection, models: Iterable[Model], runs: Iterable[ModelRun]
) -> None:
    """Let what reads a history that moved, and was left out of this run, be made by the next.

    What a history holds depends on the nights it saw, which no fingerprint of its readers tells.
    """
    listed = tuple(runs)
    moved, made = {r.relation for r in listed if r.moved}, {r.relation for r in listed}
    for model in models:
        if moved & set(model.reads):
            moved.add(model.relation)
            if model.relation not in made:
                forget_fingerprint(connection, model.relation)


def _drop_strangers(connection: duckdb.DuckDBPyConnection, wanted: Iterable[str]) -> None:
    """Tables of models and feeds that are no longer there: a stale table answers wrongly."""
    for relation in sorted(known_fingerprints(connection).keys() - set(wanted)):
        drop_relation(connection, relation)


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of every relation of the warehouse, as they were when it was made."""
    return dict(connection.execute("select relation, row_count from meta.model").fetchall())
