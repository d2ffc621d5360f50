"""Assets of the warehouse: sources, core, journeys, indicators, figures; one connection."""

from collections.abc import Callable, Iterator, Mapping, Set

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.store import RELATION as SCORECARD_RELATION
from insight_pipeline.defs.column_lineage import lineage_metadata
from insight_pipeline.defs.describe import (
    TEAM,
    asked,
    check_results,
    key_of,
    model_checks,
    model_spec,
    owners_of,
    revision_metadata,
    selected,
    state_word,
)
from insight_pipeline.defs.guard import guarded
from insight_pipeline.defs.linkage import CITIZEN_RELATION, PERSON_RELATION, QUALITY_RELATION
from insight_pipeline.defs.staging import feed_relation
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, FIGURE_WORDS, Catalogue
from insight_pipeline.indicators.night import build_warehouse
from insight_pipeline.indicators.revision import RevisionCounts
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import ModelRun
from insight_pipeline.sql.seeds import Seed
from insight_pipeline.warehouse.build import Build
from insight_pipeline.warehouse.sources import (
    RECORD,
    REFERENCE_COLUMNS,
    SOURCE_WORDS,
    warehouse_contracts,
)

KINDS = {"duckdb", "sql"}
Metadata = Mapping[str, dg.TableColumnLineage | int]


def warehouse_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    models = {model.relation: model for model in catalogue.models}
    specs = [
        *(_feed_spec(contract) for contract in warehouse_contracts(catalogue.internal)),
        *_population_specs(catalogue),
        *(_reference_spec(relation, catalogue) for relation in REFERENCE_COLUMNS),
        *(_model_spec(model) for model in models.values()),
        _figure_spec(catalogue),
    ]

    @dg.multi_asset(
        name="warehouse",
        specs=specs,
        check_specs=model_checks(models.values(), blocking=True),
        can_subset=True,
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            wanted = {".".join(key.path) for key in context.selected_asset_keys}
            inside = asked(context) & models.keys()
            built = build_warehouse(
                catalogue,
                settings,
                None if inside == models.keys() else inside,
                progress=lambda run: context.log.info(_words(run)),
            )
            context.log.info(f"warehouse.duckdb: {state_word(built.unchanged)}")
            if built.held:
                context.log.warning(f"{FIGURE_RELATION} stays as it was: {', '.join(built.held)}")
            yield from _results(context, built, models.keys(), wanted, made_from)

    def made_from(relation: str) -> Metadata:
        return lineage_metadata(catalogue, settings, relation)

    return [warehouse]


def _results(
    context: dg.AssetExecutionContext,
    built: Build,
    models: Set[str],
    wanted: set[str],
    made_from: Callable[[str], Metadata],
) -> Iterator[object]:
    """Results in the order of the graph: sources, models as built, figures."""
    for relation in sorted(wanted - models - {FIGURE_RELATION}):
        yield _source_result(relation, built, made_from(relation))
    for run in built.runs:
        if run.relation in wanted:
            yield dg.MaterializeResult(
                asset_key=key_of(run.relation),
                metadata={
                    "dagster/row_count": run.rows,
                    "state": run.note or state_word(run.unchanged),
                    **made_from(run.relation),
                },
            )
        yield from selected(context, check_results(run.relation, run.tests))
    # Figures that tests held back were not made: nothing downstream takes them for tonight's.
    if FIGURE_RELATION in wanted and not built.held:
        more = {**made_from(FIGURE_RELATION), **_revisions(built)}
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


def _model_spec(model: Model) -> dg.AssetSpec:
    """Seeds stand with the reference tables they are like; other models in their folder's group."""
    if isinstance(model, Seed):
        return model_spec(model, "core", {"duckdb", "csv"})
    return model_spec(model, model.schema, KINDS)


def _feed_spec(contract: Contract) -> dg.AssetSpec:
    linked = [key_of(PERSON_RELATION)] if RECORD in contract.physical_columns else []
    return dg.AssetSpec(
        key_of(f"internal.{contract.stem}"),
        deps=[key_of(feed_relation(contract)), *linked],
        description=f"{contract.description}\n\nUnder pseudonyms: each record became its citizen.",
        group_name="core",
        kinds={"duckdb"},
        owners=owners_of(contract.owner),
        skippable=True,
    )


def _population_specs(catalogue: Catalogue) -> list[dg.AssetSpec]:
    events = [
        key_of(feed_relation(contract))
        for contract in warehouse_contracts(catalogue.internal)
        if contract.stem == "service_event"
    ]
    return [
        dg.AssetSpec(
            key_of("internal.citizen"),
            deps=[key_of(CITIZEN_RELATION)],
            description=SOURCE_WORDS["internal.citizen"],
            group_name="core",
            kinds={"duckdb"},
            owners=[TEAM],
            skippable=True,
        ),
        dg.AssetSpec(
            key_of("internal.linkage_rate"),
            deps=[*events, key_of(PERSON_RELATION)],
            description=SOURCE_WORDS["internal.linkage_rate"],
            group_name="core",
            kinds={"duckdb"},
            owners=[TEAM],
            skippable=True,
        ),
        dg.AssetSpec(
            key_of("internal.linkage_draw"),
            deps=[*events, key_of(QUALITY_RELATION)],
            description=SOURCE_WORDS["internal.linkage_draw"],
            group_name="core",
            kinds={"duckdb"},
            owners=[TEAM],
            skippable=True,
        ),
    ]


def _reference_spec(relation: str, catalogue: Catalogue) -> dg.AssetSpec:
    deps = []
    if relation == "reference.feed_period":
        deps = [key_of(f"accepted.{contract.stem}") for contract in catalogue.contracts]
    if relation == "reference.scorecard":
        deps = [key_of(SCORECARD_RELATION)]
    return dg.AssetSpec(
        key_of(relation),
        deps=deps,
        description=SOURCE_WORDS[relation],
        group_name="core",
        kinds={"duckdb"},
        owners=[TEAM],
        skippable=True,
    )


def _figure_spec(catalogue: Catalogue) -> dg.AssetSpec:
    return dg.AssetSpec(
        key_of(FIGURE_RELATION),
        deps=[key_of(f"indicators.{name}") for name in catalogue.indicators],
        description=FIGURE_WORDS,
        group_name="indicators",
        kinds=KINDS,
        owners=[TEAM],
        skippable=True,
    )
