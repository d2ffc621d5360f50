"""What tests of a build decide: whether figures may be made, and what the next is held against.

Belongs here: consequences of outcomes. Does not belong here: running tests (sql/checks.py), or the
build itself (build.py). Dagster's blocking checks stop publication by the same severity.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import duckdb

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql.checks import TestResult
from insight_pipeline.sql.header_tests import CheckSeverity
from insight_pipeline.sql.meta import hold_rows, release_rows
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import ModelRun

SOUND = (Outcome.PASSED, Outcome.SKIPPED)


def broken_tests(runs: Iterable[ModelRun], among: Collection[str] | None) -> tuple[str, ...]:
    """`relation: test` of each test of severity error that failed or could not run.

    `among`: the relations that count, None for all.
    """
    return tuple(
        f"{run.relation}: {test.name}"
        for run in runs
        if among is None or run.relation in among
        for test in run.tests
        if test.severity is CheckSeverity.ERROR and test.outcome not in SOUND
    )


def note_row_counts(
    connection: duckdb.DuckDBPyConnection, models: Iterable[Model], runs: Iterable[ModelRun]
) -> None:
    """Hold the next build of a model against the last whose rows did not change too much.

    An unchanged table whose test was written tonight raises its alarm, and holds nothing: the
    build it looks back to is over.
    """
    by_relation = {model.relation: model for model in models}
    for run in runs:
        results = _of_row_counts(by_relation[run.relation], run)
        if all(test.outcome in SOUND for test in results):
            release_rows(connection, run.relation)
        elif not run.unchanged:
            hold_rows(connection, run.relation)


def _of_row_counts(model: Model, run: ModelRun) -> list[TestResult]:
    pairs = zip(model.header.tests, run.tests, strict=True)
    return [result for test, result in pairs if test.row_count_change]
