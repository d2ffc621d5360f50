"""Chosen models brought up to date outside a night: staging, the feeds they reach, the warehouse.

Belongs here: the order of the steps, what must stand before, and what is said when an engine stops.
Does not belong here: choosing (sql/select.py), or the steps themselves. Linkage does not run here:
who is one person stays as the last night found it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import duckdb

from insight_pipeline.contracts.staging import staging_path
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue
from insight_pipeline.indicators.night import build_warehouse
from insight_pipeline.indicators.paths import reads
from insight_pipeline.indicators.staged import stage, unite
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.landing.receipt import received_stems
from insight_pipeline.linkage.engine_fault import Work, engine_fault
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.reach import reach
from insight_pipeline.sql.runner import ModelRun

Progress = Callable[[ModelRun], None]
Held = Callable[[Sequence[str]], None]


def run_chosen(
    catalogue: Catalogue,
    settings: Settings,
    chosen: Collection[str],
    progress: Progress = lambda _: None,
    held: Held = lambda _: None,
) -> tuple[ModelRun, ...]:
    """Bring these relations up to date, and in the warehouse what they read; what each came to.

    `held` is given the tests that kept the figures as they were, when there are any.
    Raises InsightError when there is nothing to run on: no delivery, or no night yet; and when an
    engine stops, with the model at fault and without its message, which may quote a value.
    """
    _refuse_without_data(settings)
    staged = tuple(_staged(catalogue, settings, chosen, progress))
    inside = {model.relation for model in catalogue.models} & set(chosen)
    return (*staged, *_built(catalogue, settings, inside, progress, held)) if inside else staged


def _staged(
    catalogue: Catalogue, settings: Settings, chosen: Collection[str], progress: Progress
) -> Iterator[ModelRun]:
    """Chosen staging, and with it what a feed it reaches still lacks."""
    fed = {feed for m in catalogue.staging if m.relation in chosen for feed in m.header.feeds}
    for model in catalogue.staging:
        lacking = fed & set(model.header.feeds) and not staging_path(settings, model).exists()
        if model.relation in chosen or lacking:
            run = _stage(model, catalogue, settings)
            progress(run)
            yield run
    for contract in catalogue.internal:
        if contract.stem in fed:
            unite(contract, catalogue, settings)


def _stage(model: Model, catalogue: Catalogue, settings: Settings) -> ModelRun:
    try:
        written = stage(model, catalogue, settings)
    except duckdb.Error as error:
        raise InsightError([engine_fault(error, _work(model.relation))]) from None
    return ModelRun(model.relation, written.unchanged, written.rows, written.tests)


def _built(
    catalogue: Catalogue,
    settings: Settings,
    inside: Collection[str],
    progress: Progress,
    held: Held,
) -> Sequence[ModelRun]:
    done: set[str] = set()

    def noted(run: ModelRun) -> None:
        done.add(run.relation)
        progress(run)

    try:
        built = build_warehouse(catalogue, settings, inside, noted)
    except duckdb.Error as error:
        at = _next(catalogue, inside, done)
        raise InsightError([engine_fault(error, _work(at))]) from None
    if built.held:
        held(built.held)
    return built.runs


def _next(catalogue: Catalogue, inside: Collection[str], done: Collection[str]) -> str:
    """The model that was being made: the first of the build that did not come to its end."""
    wanted = reach(inside, reads(catalogue))
    left = [m.relation for m in catalogue.models if m.relation in wanted and m.relation not in done]
    return left[0] if left else FIGURE_RELATION


def _work(relation: str) -> Work:
    return Work(
        where=relation,
        doing="making it, or a table it reads",
        consequence="the warehouse is as it was before this run",
        expected="rows that every cast and function of its SQL can take",
        next_step=f"look in `insight models compile {relation}` for a cast or a function that some "
        "row cannot be given to, and run it in DuckDB beside the warehouse",
    )


def _refuse_without_data(settings: Settings) -> None:
    if not received_stems(settings.landing):
        raise InsightError([_nothing("at least one delivery that was received", "none")])
    if not settings.identity.exists():
        raise InsightError([_nothing("a night that linked what was delivered", "no night yet")])


def _nothing(expected: str, found: str) -> Fault:
    return Fault(
        where="home folder",
        expected=expected,
        found=found,
        consequence="no model was run: there are no rows to run it on",
        next_step="run `insight nightly` first; `insight models check` needs no data",
    )
