"""`insight models test`: the table tests of SQL models, for people who edit SQL.

Belongs here: arguments, words and the exit code. Does not belong here: running a case
(sql/table_tests.py). Their rows are invented, so they may be shown.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import click

from insight_pipeline.cli.models_selection import EXCLUDE, SELECT, chosen_models
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.project_lineage import project_columns
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.settings import Settings, load_settings
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.sql.seeds import Seed
from insight_pipeline.sql.table_tests import CaseResult, load_cases, run_case

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(name="test")
@click.argument("folder", type=FOLDER, required=False)
@SELECT
@EXCLUDE
def test_command(folder: Path | None, select: tuple[str, ...], exclude: tuple[str, ...]) -> None:
    """Run the table tests: given these rows, a model or one of its CTEs makes exactly those rows.

    FOLDER holds <model>.yaml files; left out, it is tests/sql in the project. Needs no data.

    Example: insight models test --select fct_onward_referral
    """
    settings = load_settings()
    catalogue = load_catalogue(settings)
    cases = folder or settings.project / "tests" / "sql"
    started = perf_counter()
    models = [m for m in chosen_models(catalogue, settings, select, exclude) if not _is_seed(m)]
    results: list[CaseResult] = []
    for model, of_model in _run(models, catalogue, settings, cases):
        results += of_model
        click.echo("\n".join(_lines(model, of_model)))
    sound = sum(result.outcome is Outcome.PASSED for result in results)
    took = perf_counter() - started
    click.echo(f"{sound} of {len(results)} cases of {len(models)} models hold, in {took:.1f} s.")
    sys.exit(0 if sound == len(results) else 1)


def _run(
    models: Iterable[Model], catalogue: Catalogue, settings: Settings, folder: Path
) -> Iterator[tuple[Model, list[CaseResult]]]:
    columns = project_columns(catalogue, settings)
    seeds = [model for model in catalogue.models if isinstance(model, Seed)]
    with connect(settings) as connection:
        install_macros(connection, catalogue.macros)
        for model in models:
            path = folder / f"{model.name}.yaml"
            cases = load_cases(path) if path.exists() else ()
            yield model, [run_case(connection, model, case, columns, seeds) for case in cases]


def _is_seed(model: Model) -> bool:
    return isinstance(model, Seed)


def _lines(model: Model, results: list[CaseResult]) -> Iterator[str]:
    """One line a model, and below it every case that does not hold."""
    bad = [result for result in results if result.outcome is not Outcome.PASSED]
    counts = f"{len(results) - len(bad)} hold" + (f", {len(bad)} do not" if bad else "")
    yield f"{model.relation}: {counts if results else 'no table test'}"
    for result in bad:
        yield f"  {result.outcome.value.upper()}  {result.name}"
        yield f"      {result.words}"
        yield from _rows("missing", result.columns, result.missing)
        yield from _rows("unexpected", result.columns, result.unexpected)


def _rows(kind: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    for row in rows:
        cells = ", ".join(f"{name} {cell}" for name, cell in zip(columns, row, strict=True))
        yield f"      {kind:<10}  {cells}"
