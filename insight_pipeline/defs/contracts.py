"""Assets of the contracts room: one op per feed, so that a bad feed never stops the others."""

from collections.abc import Iterator

import dagster as dg

from insight_pipeline.contracts.feed import FeedResult, process_feed
from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.defs.cost import costed
from insight_pipeline.defs.describe import (
    contract_columns,
    key_of,
    owners_of,
    selected,
)
from insight_pipeline.defs.feed_checks import CHECKS, feed_checks
from insight_pipeline.defs.feed_metadata import feed_metadata
from insight_pipeline.defs.guard import guarded, safe_description
from insight_pipeline.defs.landing import landing_relation
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.trouble import raise_machine_trouble
from insight_pipeline.settings import Settings


def contract_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    return [_asset(contract, catalogue, settings) for contract in catalogue.contracts]


def _asset(contract: Contract, catalogue: Catalogue, settings: Settings) -> dg.AssetsDefinition:
    key = key_of(accepted_relation(contract))

    @dg.multi_asset(
        name=f"accepted__{contract.stem}",
        specs=[_spec(key, contract)],
        check_specs=[
            dg.AssetCheckSpec(name, asset=key, description=words) for name, words in CHECKS.items()
        ],
    )
    @costed
    def accepted(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            try:
                result = process_feed(contract, catalogue.law, settings)
            except Exception as error:
                # A full disk is everybody's trouble and stops the night.
                raise_machine_trouble(error, f"contracts: {contract.stem}")
                # This feed stays as it stood; every other feed goes on.
                yield from _engine_failed(context, key, contract, error)
                return
            for fault in result.engine_faults:
                context.log.error(str(fault))
            context.log.info(_summary(result))
            metadata = feed_metadata(result, catalogue, settings)
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)
            yield from selected(context, feed_checks(key, result))

    return accepted


def _spec(key: dg.AssetKey, contract: Contract) -> dg.AssetSpec:
    promise = contract.promise
    return dg.AssetSpec(
        key,
        deps=[key_of(landing_relation(contract)), *_referred(contract)],
        description=f"{contract.description}\n\nModelled on: {promise.national_return}.",
        group_name="contracts",
        kinds={"parquet", "great_expectations"},
        owners=owners_of(contract.owner),
        code_version=contract.fingerprint[:12],
        tags={"provider": promise.provider},
        metadata={
            "dagster/column_schema": contract_columns(contract),
            "contract": f"{contract.path.name}, version {contract.version}",
            "lawful_basis": promise.lawful_basis,
            "resubmission": promise.resubmission.mode,
            "rules": len(compile_rules(contract)),
        },
    )


def _referred(contract: Contract) -> list[dg.AssetKey]:
    """Datasets reckoned before this one, because its rows refer to theirs."""
    return [key_of(f"accepted.{stem}") for stem in sorted({r.to_stem for r in contract.references})]


def _summary(result: FeedResult) -> str:
    tonight = [a for a in result.accounts.deliveries if a.delivery_id in result.judged_now]
    if not tonight:
        return f"unchanged, {len(result.accounts.deliveries)} deliveries stand as they were judged"
    received = sum(account.received for account in tonight)
    refused = sum(account.outcome == "refused" for account in tonight)
    held = sum(account.outcome == "held" for account in tonight)
    quarantined = sum(account.quarantined for account in tonight)
    return (
        f"{len(tonight)} deliveries judged ({refused} refused, {held} held), "
        f"{received:,} rows received, {quarantined:,} quarantined"
    )


def _engine_failed(
    context: dg.AssetExecutionContext, key: dg.AssetKey, contract: Contract, error: Exception
) -> Iterator[object]:
    words = str(error) if isinstance(error, InsightError) else safe_description(error)
    context.log.error(f"{contract.stem}: the engine failed; the feed stays as it stood.\n{words}")
    yield dg.MaterializeResult(asset_key=key, metadata={"state": "stays as it stood: engine error"})
    failed = [
        dg.AssetCheckResult(
            asset_key=key, check_name=name, passed=False, metadata={"outcome": "error"}
        )
        for name in CHECKS
    ]
    yield from selected(context, failed)
