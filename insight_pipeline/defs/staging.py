"""Assets of staging and of the internal contracts that staging feeds."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import Written, accepted_relation
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.defs.column_lineage import lineage_metadata
from insight_pipeline.defs.cost import costed
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
from insight_pipeline.sql.model import Model


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
    @costed
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
                        more = {
                            "rows_in": _accepted(model, catalogue, settings),
                            **lineage_metadata(catalogue, settings, model.relation),
                        }
                        yield _result(model.relation, written, more)
                    yield from selected(context, check_results(model.relation, written.tests))

    @dg.multi_asset(
        name="feeds",
        specs=[_feed_spec(contract, catalogue) for contract in catalogue.internal],
        can_subset=True,
    )
    @costed
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


def _accepted(model: Model, catalogue: Catalogue, settings: Settings) -> int:
    """Rows that stand in the datasets a staging model reads."""
    read = (c for c in catalogue.contracts if accepted_relation(c) in model.reads)
    accounts = (read_accounts(settings, contract.stem) for contract in read)
    return sum(one.accepted for known in accounts if known for one in known.deliveries)


def _words(written: Written) -> str:
    return f"{written.rows:,} rows, {state_word(written.unchanged)}"


def _result(relation: str, written: Written, more: Mapping[str, Any]) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=key_of(relation),
        metadata={
            "dagster/row_count": written.rows,
            "state": state_word(written.unchanged),
            "fingerprint": written.fingerprint[:12],
            **more,
        },
    )
