"""Assets of the warehouse: sources, core, journeys, indicators, figures; one connection."""

from collections.abc import Iterator

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.store import RELATION as SCORECARD_RELATION
from insight_pipeline.defs.describe import (
    TEAM,
    check_results,
    key_of,
    model_checks,
    model_spec,
    owners_of,
    selected,
    state_word,
)
from insight_pipeline.defs.guard import guarded
from insight_pipeline.defs.linkage import CITIZEN_RELATION, PERSON_RELATION, QUALITY_RELATION
from insight_pipeline.defs.staging import feed_relation
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.indicators.night import FIGURE_RELATION, build_warehouse
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import ModelRun
from insight_pipeline.warehouse.build import Build
from insight_pipeline.warehouse.sources import (
    LINKAGE_RATE_COLUMNS,
    RECORD,
    REFERENCE_COLUMNS,
    warehouse_contracts,
)

KINDS = {"duckdb", "sql"}
REFERENCE_WORDS = {
    "reference.service_contract": "Who delivers which service, when and at what price.",
    "reference.service": "Services and their titles, from services.yaml.",
    "reference.provider": "Providers and their names, from their contracts.",
    "reference.vocabulary": "Codes and labels of every code list.",
    "reference.event_feed": "Feeds that tell of service events, whether received or not.",
    "reference.feed_period": "Periods covered by the accepted deliveries of each feed.",
    "reference.scorecard": "How each provider keeps its promises, by dataset and month.",
}


def warehouse_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    models = {model.relation: model for model in catalogue.models}
    specs = [
        *(_feed_spec(contract) for contract in warehouse_contracts(catalogue.internal)),
        *_population_specs(catalogue),
        *(_reference_spec(relation, catalogue) for relation in REFERENCE_COLUMNS),
        *(model_spec(model, model.schema, KINDS) for model in models.values()),
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
            full = wanted >= models.keys()
            built = build_warehouse(
                catalogue,
                settings,
                None if full else wanted & models.keys(),
                progress=lambda run: context.log.info(_words(run)),
            )
            context.log.info(f"warehouse.duckdb: {state_word(built.unchanged)}")
            yield from _results(context, built, models, wanted)

    return [warehouse]


def _results(
    context: dg.AssetExecutionContext, built: Build, models: dict[str, Model], wanted: set[str]
) -> Iterator[object]:
    """Results in the order of the graph: sources, models as built, figures."""
    sources = sorted(wanted - models.keys() - {FIGURE_RELATION})
    yield from (_source_result(relation, built) for relation in sources)
    for run in built.runs:
        if run.relation in wanted:
            yield dg.MaterializeResult(
                asset_key=key_of(run.relation),
                metadata={"dagster/row_count": run.rows, "state": state_word(run.unchanged)},
            )
            yield from selected(context, check_results(run.relation, run.tests))
    if FIGURE_RELATION in wanted:
        yield _source_result(FIGURE_RELATION, built)


def _source_result(relation: str, built: Build) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=key_of(relation),
        metadata={
            "dagster/row_count": built.rows.get(relation, 0),
            "state": state_word(built.unchanged),
        },
    )


def _words(run: ModelRun) -> str:
    return f"{run.relation}: {run.rows:,} rows, {state_word(run.unchanged)}"


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
    linked = f"Columns: {', '.join(LINKAGE_RATE_COLUMNS)}. People who opted out are in neither."
    return [
        dg.AssetSpec(
            key_of("internal.citizen"),
            deps=[key_of(CITIZEN_RELATION)],
            description="Every citizen who has not opted out, under a pseudonym.",
            group_name="core",
            kinds={"duckdb"},
            owners=[TEAM],
            skippable=True,
        ),
        dg.AssetSpec(
            key_of("internal.linkage_rate"),
            deps=[*events, key_of(PERSON_RELATION)],
            description=f"Event rows received and linked to a citizen, by service. {linked}",
            group_name="core",
            kinds={"duckdb"},
            owners=[TEAM],
            skippable=True,
        ),
        dg.AssetSpec(
            key_of("internal.linkage_draw"),
            deps=[*events, key_of(QUALITY_RELATION)],
            description="Events whose citizen is another in one of the drawn partitions: how much "
            "figures depend on linkage. docs/linkage-quality.md says how to use it.",
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
        description=REFERENCE_WORDS[relation],
        group_name="core",
        kinds={"duckdb"},
        owners=[TEAM],
        skippable=True,
    )


def _figure_spec(catalogue: Catalogue) -> dg.AssetSpec:
    return dg.AssetSpec(
        key_of(FIGURE_RELATION),
        deps=[key_of(f"indicators.{name}") for name in catalogue.indicators],
        description="Every indicator's value with its interval, linkage rate, coverage and "
        "maturity; not disclosure-controlled, never leaves the warehouse.",
        group_name="indicators",
        kinds=KINDS,
        owners=[TEAM],
        skippable=True,
    )
