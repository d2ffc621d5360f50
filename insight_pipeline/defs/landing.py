"""Assets of the landing room: one per feed, all received in one look into the inbox."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from insight_pipeline.contracts.arrival import self_declaring, sources_of
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.defs.cost import costed
from insight_pipeline.defs.describe import TEAM, key_of, owners_of
from insight_pipeline.defs.guard import guarded
from insight_pipeline.defs.nightly import JOB
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import Fault, nearest
from insight_pipeline.landing.receipt import read_receipts, received_stems
from insight_pipeline.landing.reception import Reception, receive
from insight_pipeline.landing.self_declared import Declarer
from insight_pipeline.landing.sources.fetch import Sources, fetch_all
from insight_pipeline.operations.facts import before_night
from insight_pipeline.operations.nights import begin_night
from insight_pipeline.settings import Settings

INBOX = key_of("landing.inbox")
INBOX_CHECK = "every_drop_can_be_received"


def landing_relation(contract: Contract) -> str:
    return f"landing.{contract.stem}"


def landing_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    """One op receives the whole inbox: what is broken there belongs to no feed yet."""
    contracts = {key_of(landing_relation(c)): c for c in catalogue.contracts}

    @dg.multi_asset(
        name="landing",
        specs=[_inbox_spec(), *(_spec(key, contract) for key, contract in contracts.items())],
        check_specs=[
            dg.AssetCheckSpec(
                INBOX_CHECK,
                asset=INBOX,
                description="Every complete drop in the inbox became a receipt of a known feed.",
            )
        ],
        can_subset=True,
    )
    @costed
    def landing(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            _begin(context, settings)
            declarer = Declarer(self_declaring(catalogue.contracts), settings)
            sources = sources_of(catalogue.contracts, settings)
            # First, so that what is fetched is received, judged and used in the same night.
            unfetched = fetch_all(sources, declarer.feeds, settings)
            reception = receive(settings.inbox, settings.landing, declarer)
            faults = [*unfetched, *reception.faults, *_unknown_feeds(catalogue, settings)]
            context.log.info(_summary(reception, faults))
            for fault in faults:
                context.log.warning(str(fault))
            new = Counter(receipt.stem for receipt in reception.new)
            if INBOX in context.selected_asset_keys:
                metadata = _inbox_metadata(reception, sources, faults)
                yield dg.MaterializeResult(asset_key=INBOX, metadata=metadata)
            for key in contracts.keys() & context.selected_asset_keys:
                yield _result(key, contracts[key], new, settings)
            if context.selected_asset_check_keys:
                yield _check(faults, reception)

    return [landing]


def _begin(context: dg.AssetExecutionContext, settings: Settings) -> None:
    """Note how things stand before a night of the daemon changes them; the command has done so."""
    if context.run.job_name == JOB:
        before = before_night(settings)
        begin_night(settings, context.run.run_id, "daemon", datetime.now(UTC), before)


def _inbox_spec() -> dg.AssetSpec:
    return dg.AssetSpec(
        INBOX,
        description="Every provider's drops; what cannot be received belongs to no feed yet.",
        group_name="landing",
        kinds={"file"},
        owners=[TEAM],
        skippable=True,
    )


def _spec(key: dg.AssetKey, contract: Contract) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        deps=[INBOX],
        description=f"{contract.title}: bytes and receipts as {contract.promise.provider_name} "
        "sent them, unchanged.",
        group_name="landing",
        kinds={contract.promise.reader.format},
        owners=owners_of(contract.owner),
        tags={"provider": contract.promise.provider},
        skippable=True,
    )


def _summary(reception: Reception, faults: list[Fault]) -> str:
    return (
        f"{len(reception.new)} new deliveries, {reception.repeated} known already, "
        f"{reception.waiting} files waiting for a manifest, {len(faults)} faults"
    )


def _inbox_metadata(
    reception: Reception, sources: Sources, faults: list[Fault]
) -> dict[str, dg.MetadataValue | int]:
    return {
        "new_deliveries": len(reception.new),
        "known_already": reception.repeated,
        "waiting_for_a_manifest": reception.waiting,
        "remote_servers": len(sources.folders) + len(sources.tables),
        "faults": len(faults),
    }


def _unknown_feeds(catalogue: Catalogue, settings: Settings) -> list[Fault]:
    known = {contract.stem for contract in catalogue.contracts}
    return [
        Fault(
            where=f"landing/receipts/{stem}",
            expected="a contract for every feed that is received",
            found=f"no data_contracts/providers/{stem}.odcs.yaml",
            consequence="its deliveries are kept unchanged but nobody judges or uses them",
            next_step=nearest(stem, known),
        )
        for stem in received_stems(settings.landing)
        if stem not in known
    ]


def _result(
    key: dg.AssetKey, contract: Contract, new: Counter[str], settings: Settings
) -> dg.MaterializeResult[None]:
    receipts = read_receipts(settings.landing, contract.stem)
    latest = receipts[-1].manifest if receipts else None
    return dg.MaterializeResult(
        asset_key=key,
        metadata={
            "new_deliveries": new[contract.stem],
            "deliveries": len(receipts),
            "size_bytes": sum(receipt.size_bytes for receipt in receipts),
            "sent_more_than_once": sum(len(receipt.drops) > 1 for receipt in receipts),
            "latest_period": f"{latest.period_from} to {latest.period_to}" if latest else "none",
        },
    )


def _check(faults: list[Fault], reception: Reception) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=INBOX,
        check_name=INBOX_CHECK,
        passed=not faults,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "faults": len(faults),
            "waiting_for_a_manifest": reception.waiting,
            "details": dg.MetadataValue.text("\n\n".join(str(fault) for fault in faults) or "none"),
        },
    )
