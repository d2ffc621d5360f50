"""Assets of staging and of the internal contracts that staging feeds."""

from collections.abc import Iterator, Mapping

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import Written
from insight_pipeline.defs.column_lineage import lineage_metadata
from insight_pipeline.defs.describe import (
    asked,
    check_results,
    contract_columns,
    key_of,
    model_checks,
    model_spec,
    owners_of,
    selected,
    state_word,
)
from insight_pipeline.defs.guard import guarded
from insight_pipeline.indicators.catalogue import Catalogue, check_types
from insight_pipeline.indicators.staged import stage, unite
from insight_pipeline.settings import Settings


def staging_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    if not catalogue.staging:
        return []

    @dg.multi_asset(
        name="staging",
        specs=[model_spec(model, "staging", {"duckdb", "sql"}) for model in catalogue.staging],
        # One provider's bad night never stops the others: what matters is checked again in core.
        check_specs=model_checks(catalogue.staging, blocking=False),
        can_subset=True,
    )
    def staging(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            # Every model of the project binds, or no data move.
            check_types(catalogue, settings)
            wanted = asked(context)
            for model in catalogue.staging:
                if model.relation in wanted:
                    written = stage(model, catalogue, settings)
                    context.log.info(f"{model.relation}: {_words(written)}")
                    if key_of(model.relation) in context.selected_asset_keys:
                        more = lineage_metadata(catalogue, settings, model.relation)
                        yield _result(model.relation, written, more)
                    yield from selected(context, check_results(model.relation, written.tests))

    @dg.multi_asset(
        name="feeds",
        specs=[_feed_spec(contract, catalogue) for contract in catalogue.internal],
        can_subset=True,
    )
    def feeds(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            for contract in catalogue.internal:
                if key_of(feed_relation(contract)) in context.selected_asset_keys:
                    written = unite(contract, catalogue, settings)
                    context.log.info(f"{feed_relation(contract)}: {_words(written)}")
                    more = lineage_metadata(catalogue, settings, feed_relation(contract))
                    yield _result(feed_relation(contract), written, more)

    return [staging, feeds]


def feed_relation(contract: Contract) -> str:
    return f"feeds.{contract.stem}"


def _feed_spec(contract: Contract, catalogue: Catalogue) -> dg.AssetSpec:
    return dg.AssetSpec(
        key_of(feed_relation(contract)),
        deps=[key_of(model.relation) for model in catalogue.feeders(contract)],
        description=contract.description,
        group_name="feeds",
        kinds={"parquet"},
        owners=owners_of(contract.owner),
        code_version=contract.fingerprint[:12],
        skippable=True,
        metadata={"dagster/column_schema": contract_columns(contract), "zone": contract.zone},
    )


def _words(written: Written) -> str:
    return f"{written.rows:,} rows, {state_word(written.unchanged)}"


def _result(
    relation: str, written: Written, more: Mapping[str, dg.TableColumnLineage]
) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=key_of(relation),
        metadata={
            "dagster/row_count": written.rows,
            "state": state_word(written.unchanged),
            "fingerprint": written.fingerprint[:12],
            **more,
        },
    )
