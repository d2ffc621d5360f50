"""One delivery judged again in the UI: materialising its partition replays it from its bytes.

Belongs here: the asset of a feed's deliveries, and what a replay tells. Does not belong here:
judging (contracts/replay.py), or what a night tells of deliveries (deliveries.py).
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.replay import Replay, Replayed, replay_deliveries
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.defs.cost import costed
from insight_pipeline.defs.deliveries import delivery_key, partitions_name
from insight_pipeline.defs.delivery_metadata import replay_metadata, trail_metadata
from insight_pipeline.defs.describe import key_of, owners_of, selected
from insight_pipeline.defs.freshness import freshness_of
from insight_pipeline.defs.guard import guarded
from insight_pipeline.defs.landing import landing_relation
from insight_pipeline.defs.nightly import DELIVERIES
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.operations.downstream import gather_downstream
from insight_pipeline.operations.trail import trails
from insight_pipeline.settings import Settings

SAME = "replay_gives_the_same_verdict"
SAME_WORDS = (
    "Judged again from its landed bytes, a delivery has the verdict and rows it had before."
)


def replay_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    return [_replay_asset(contract, catalogue, settings) for contract in catalogue.contracts]


def _replay_asset(
    contract: Contract, catalogue: Catalogue, settings: Settings
) -> dg.AssetsDefinition:
    key = delivery_key(contract)

    @dg.multi_asset(
        name=f"deliveries__{contract.stem}",
        specs=[_spec(key, contract)],
        check_specs=[dg.AssetCheckSpec(SAME, asset=key, description=SAME_WORDS)],
        partitions_def=dg.DynamicPartitionsDefinition(name=partitions_name(contract)),
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    @costed
    def replayed(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            ids = [partition.rpartition(".")[2] for partition in context.partition_keys]
            replay = replay_deliveries(contract, catalogue.law, settings, ids)
            _tell_replay(context, replay, catalogue, settings)
            yield dg.MaterializeResult(asset_key=key)
            yield from selected(context, [_check(key, replay.deliveries)])
            raise_all(replay.faults)

    return replayed


def _spec(key: dg.AssetKey, contract: Contract) -> dg.AssetSpec:
    promise = contract.promise
    return dg.AssetSpec(
        key,
        deps=[key_of(landing_relation(contract))],
        description=f"Every delivery of {contract.title}, from arrival to figure. Materialise one "
        "to judge it again from its landed bytes.",
        group_name=DELIVERIES,
        kinds={promise.reader.format},
        owners=owners_of(contract.owner),
        tags={"provider": promise.provider},
        freshness_policy=freshness_of(contract),
    )


def _tell_replay(
    context: dg.AssetExecutionContext, replay: Replay, catalogue: Catalogue, settings: Settings
) -> None:
    contract = replay.contract
    now = {one.delivery_id: one for one in replay.deliveries}
    downstream = gather_downstream(settings, catalogue)
    for each in trails(settings, catalogue, contract, downstream, now):
        context.add_asset_metadata(
            {**trail_metadata(each), **replay_metadata(now[each.delivery_id])},
            asset_key=delivery_key(contract),
            partition_key=each.partition,
        )
    if replay.changed:
        # What is told to the provider follows by itself (feedback.py).
        accepted = key_of(accepted_relation(contract))
        context.log_event(dg.AssetMaterialization(accepted, metadata={"state": "after a replay"}))


def _check(key: dg.AssetKey, deliveries: Sequence[Replayed]) -> dg.AssetCheckResult:
    judged = [one for one in deliveries if not one.failed]
    other = [one for one in judged if not one.is_same]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=SAME,
        passed=len(judged) == len(deliveries) and not other,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "judged_again": len(judged),
            "with_another_verdict": len(other),
            "not_judged_engine_error": len(deliveries) - len(judged),
        },
    )
