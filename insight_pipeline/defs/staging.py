"""Assets of staging and of the internal contracts that staging feeds."""

from collections.abc import Iterator

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import (
    Written,
    accepted_relation,
    read_staged,
    run_staging,
    unite_feed,
)
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.defs.describe import (
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
from insight_pipeline.indicators.catalogue import Catalogue
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
    def staging(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            for model in catalogue.staging:
                if key_of(model.relation) in context.selected_asset_keys:
                    written = stage(model, catalogue, settings)
                    context.log.info(f"{model.relation}: {_words(written)}")
                    yield _result(model.relation, written)
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
                    yield _result(feed_relation(contract), written)

    return [staging, feeds]


def feed_relation(contract: Contract) -> str:
    return f"feeds.{contract.stem}"


def stage(model: Model, catalogue: Catalogue, settings: Settings) -> Written:
    """Bring one staging file up to date."""
    marks = {}
    for contract in catalogue.contracts:
        accounts = read_accounts(settings, contract.stem)
        marks[accepted_relation(contract)] = accounts.fingerprint if accounts else "nothing"
    return run_staging(model, catalogue.contracts, marks, catalogue.macros, settings)


def unite(contract: Contract, catalogue: Catalogue, settings: Settings) -> Written:
    """Bring one internal contract's rows up to date."""
    staged = {model.name: read_staged(model, settings) for model in catalogue.feeders(contract)}
    return unite_feed(contract, staged, settings)


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


def _result(relation: str, written: Written) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=key_of(relation),
        metadata={
            "dagster/row_count": written.rows,
            "state": state_word(written.unchanged),
            "fingerprint": written.fingerprint[:12],
        },
    )
