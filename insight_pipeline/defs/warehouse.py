"""The night of the warehouse as assets: sources, models and figures, made on one connection."""

from collections.abc import Iterator, Set

import dagster as dg

from insight_pipeline.defs.cost import Meter
from insight_pipeline.defs.describe import (
    asked,
    check_results,
    key_of,
    model_checks,
    revision_metadata,
    selected,
    state_word,
)
from insight_pipeline.defs.guard import guarded
from insight_pipeline.defs.warehouse_metadata import Metadata, Told, told_by
from insight_pipeline.defs.warehouse_specs import warehouse_specs
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue
from insight_pipeline.indicators.night import build_warehouse
from insight_pipeline.indicators.revision import RevisionCounts
from insight_pipeline.operations.journal.record import journalled
from insight_pipeline.settings import Settings
from insight_pipeline.sql.runner import ModelRun
from insight_pipeline.warehouse.build import Build


def warehouse_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    models = {model.relation: model for model in catalogue.models}

    @dg.multi_asset(
        name="warehouse",
        specs=warehouse_specs(catalogue),
        check_specs=model_checks(models.values(), blocking=True),
        can_subset=True,
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings), journalled(settings):
            wanted = {".".join(key.path) for key in context.selected_asset_keys}
            inside = asked(context) & models.keys()
            # What is spent before the first model, on the sources, is told with that model.
            meter, costs = Meter(), dict[str, Metadata]()

            def progress(run: ModelRun) -> None:
                costs[run.relation] = dict(meter.lap())
                context.log.info(_words(run))

            built = build_warehouse(
                catalogue,
                settings,
                None if inside == models.keys() else inside,
                progress=progress,
            )
            costs[FIGURE_RELATION] = dict(meter.lap())
            context.log.info(f"warehouse.duckdb: {state_word(built.unchanged)}")
            if built.held:
                context.log.warning(f"{FIGURE_RELATION} stays as it was: {', '.join(built.held)}")
            told = told_by(catalogue, settings, costs)
            yield from _results(context, built, models.keys(), wanted, told)

    return [warehouse]


def _results(
    context: dg.AssetExecutionContext,
    built: Build,
    models: Set[str],
    wanted: set[str],
    told: Told,
) -> Iterator[object]:
    """Results in the order of the graph: sources, models as built, figures."""
    for relation in sorted(wanted - models - {FIGURE_RELATION}):
        yield _source_result(relation, built, told.about(relation))
    for run in built.runs:
        if run.relation in wanted:
            yield dg.MaterializeResult(
                asset_key=key_of(run.relation),
                metadata={
                    "dagster/row_count": run.rows,
                    "state": run.note or state_word(run.unchanged),
                    **told.about(run.relation),
                },
            )
        yield from selected(context, check_results(run.relation, run.tests))
    # Figures that tests held back were not made: nothing downstream takes them for tonight's.
    if FIGURE_RELATION in wanted and not built.held:
        more = {**told.about(FIGURE_RELATION), **_revisions(built)}
        yield _source_result(FIGURE_RELATION, built, more)


def _revisions(built: Build) -> dict[str, int]:
    """What the night did to the figures; nothing where it found them as they should be."""
    counts = built.finished
    if not isinstance(counts, RevisionCounts):
        counts = RevisionCounts(0, built.rows.get(FIGURE_RELATION, 0), {})
    return revision_metadata(counts)


def _source_result(relation: str, built: Build, more: Metadata) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=key_of(relation),
        metadata={
            "dagster/row_count": built.rows.get(relation, 0),
            "state": state_word(built.unchanged),
            **more,
        },
    )


def _words(run: ModelRun) -> str:
    return f"{run.relation}: {run.rows:,} rows, {run.note or state_word(run.unchanged)}"
