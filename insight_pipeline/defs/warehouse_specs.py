"""What the warehouse's assets are and depend on: sources, models, figures."""

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.store import RELATION as SCORECARD_RELATION
from insight_pipeline.defs.describe import TEAM, key_of, model_spec, owners_of
from insight_pipeline.defs.linkage import CITIZEN_RELATION, QUALITY_RELATION
from insight_pipeline.defs.linkage_checks import PERSON_RELATION
from insight_pipeline.defs.staging import feed_relation
from insight_pipeline.indicators.catalogue import FIGURE_RELATION, FIGURE_WORDS, Catalogue
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.seeds import Seed
from insight_pipeline.warehouse.sources import (
    EVENTS,
    RECORD,
    REFERENCE_COLUMNS,
    SOURCE_WORDS,
    warehouse_contracts,
)

KINDS = {"duckdb", "sql"}


def warehouse_specs(catalogue: Catalogue) -> list[dg.AssetSpec]:
    """Every asset of the warehouse, in the order of the graph."""
    return [
        *(_feed_spec(contract) for contract in warehouse_contracts(catalogue.internal)),
        *_population_specs(catalogue),
        *(_reference_spec(relation, catalogue) for relation in REFERENCE_COLUMNS),
        *(_model_spec(model) for model in catalogue.models),
        _figure_spec(catalogue),
    ]


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
        if contract.stem == EVENTS
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
    if relation in ("reference.feed_period", "reference.unused_delivery"):
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
