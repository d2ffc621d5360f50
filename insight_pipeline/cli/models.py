"""`insight models`: the SQL models, which of them changed, running some of them, checking all.

Belongs here: arguments, words and exit codes. Does not belong here: any work, or the files that
models give (models_files.py). Exit codes: 0 all is well, 1 a fault or a failed test of severity
error, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from time import perf_counter

import click

from insight_pipeline.cli.models_files import compile_command, docs_command
from insight_pipeline.cli.models_selection import EXCLUDE, SELECT, chosen_models
from insight_pipeline.cli.models_tests import test_command
from insight_pipeline.cli.table import text_table
from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.indicators.states import standings
from insight_pipeline.kernel.lock import hold
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.operations.journal.record import journalled
from insight_pipeline.settings import load_settings
from insight_pipeline.sql.header_tests import CheckSeverity
from insight_pipeline.sql.runner import ModelRun

LISTED = ("model", "materialised", "rows", "state", "tests", "owner")
RAN = ("model", "rows", "state", "tests")
UNSOUND = (Outcome.FAILED, Outcome.ERROR)


@click.group(name="models")
def models_command() -> None:
    """The SQL models: list, run, check, test, compile, and their documentation.

    Linkage models, which decide who is one person, are another matter: insight model.

    Example: insight models list --select changed+
    """


for command in (compile_command, test_command, docs_command):
    models_command.add_command(command)


@models_command.command(name="list")
@SELECT
@EXCLUDE
def list_command(select: tuple[str, ...], exclude: tuple[str, ...]) -> None:
    """List models with their rows and whether they changed since they were last made.

    Example: insight models list --select '+fct_service_event journeys/'
    """
    settings = load_settings()
    catalogue = load_catalogue(settings)
    standing = standings(catalogue, settings)
    rows = [
        (
            model.relation,
            model.header.materialised.value,
            standing[model.relation].rows,
            standing[model.relation].state.value,
            len(model.header.tests) or None,
            model.header.owner,
        )
        for model in chosen_models(catalogue, settings, select, exclude, standing)
    ]
    click.echo(text_table(LISTED, rows) if rows else "No model is selected.")


@models_command.command(name="run")
@SELECT
@EXCLUDE
def run_command(select: tuple[str, ...], exclude: tuple[str, ...]) -> None:
    """Bring models up to date with what they read; what did not change is left alone.

    The data are those of the last night, and so is who is one person. Without --select all run.

    Example: insight models run --select changed+
    """
    # Imported here: it brings linkage's hand-over, which no other command of the group needs.
    from insight_pipeline.indicators.chosen import run_chosen

    settings = load_settings()
    hold(settings.home, settings.temporary)
    catalogue = load_catalogue(settings)
    check_types(catalogue, settings)
    chosen = {m.relation for m in chosen_models(catalogue, settings, select, exclude)}
    if not chosen:
        click.echo("No model is selected.")
        return
    held: list[str] = []
    with journalled(settings):
        runs = run_chosen(catalogue, settings, chosen, _progress, held.extend)
    shown = [run for run in runs if run.relation in chosen or not run.unchanged]
    click.echo(text_table(RAN, [_line(run) for run in shown]))
    failed = [words for run in runs for words in _failed(run)]
    for words in failed:
        click.echo(f"Failed test: {words}", err=True)
    if held:
        click.echo(f"Figures stay as they were until these hold: {', '.join(held)}", err=True)
    sys.exit(1 if failed or held else 0)


@models_command.command(name="check")
def check_command() -> None:
    """Check every model without data: headers, graph, and a dry run over empty tables.

    All faults are told at once: where, what was expected, what was found, and the next step.

    Example: insight models check
    """
    settings = load_settings()
    started = perf_counter()
    catalogue = load_catalogue(settings)
    loaded = perf_counter()
    check_types(catalogue, settings)
    ended = perf_counter()
    models = len(catalogue.staging) + len(catalogue.models)
    click.echo(
        f"{models} models are sound: files and graph in {loaded - started:.2f} s, "
        f"dry run in {ended - loaded:.2f} s."
    )


def _progress(run: ModelRun) -> None:
    if sys.stderr.isatty():
        click.echo(f"  {run.relation}: {_state(run)}", err=True)


def _state(run: ModelRun) -> str:
    return "unchanged" if run.unchanged else run.note or "made"


def _line(run: ModelRun) -> Sequence[object]:
    return (run.relation, run.rows, _state(run), _tests(run))


def _tests(run: ModelRun) -> str | None:
    """How many tests ended which way."""
    counts = {outcome: sum(test.outcome is outcome for test in run.tests) for outcome in Outcome}
    return ", ".join(f"{n} {outcome.value}" for outcome, n in counts.items() if n) or None


def _failed(run: ModelRun) -> Iterable[str]:
    """Tests that stop what is downstream; counts only, never a value."""
    for test in run.tests:
        if test.outcome in UNSOUND and test.severity is CheckSeverity.ERROR:
            how = (
                "could not run" if test.outcome is Outcome.ERROR else f"{test.failing_rows:,} rows"
            )
            yield f"{run.relation}: {test.name} ({how})"
