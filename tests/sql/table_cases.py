"""Table tests as assertions: a case that fails or cannot run fails the test that runs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.seeds import Seed
from insight_pipeline.sql.table_tests import Case, run_case


def check_case(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    case: Case,
    columns: Mapping[str, Columns],
    seeds: Iterable[Seed] = (),
) -> None:
    """AssertionError unless the model gives exactly the rows expected; see `run_case`."""
    result = run_case(connection, model, case, columns, seeds)
    assert result.outcome is Outcome.PASSED, f"{result.name}\n{result.words}"
