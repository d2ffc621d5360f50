"""Deliveries in the UI: one asset a feed, one partition a delivery, one event when it changed.

Belongs here: partitions, and the step of a night that tells of deliveries. Does not belong here:
what is said of one (operations/trail.py), or judging one again (replays.py).
"""

from collections.abc import Iterator, Sequence

import dagster as dg
from dagster._core.definitions.data_version import DATA_VERSION_TAG

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.defs.cost import costed
from insight_pipeline.defs.delivery_metadata import trail_metadata
from insight_pipeline.defs.describe import TEAM, key_of
from insight_pipeline.defs.feedback import feedback_relation
from insight_pipeline.defs.guard import guarded
from insight_pipeline.defs.nightly import DELIVERIES
from insight_pipeline.defs.publication import RELEASE_RELATION
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.operations.downstream import Downstream, gather_downstream
from insight_pipeline.operations.trail import marks, trails
from insight_pipeline.settings import Settings

TRAILS = key_of("publication.delivery_trails")
TRAILS_WORDS = """Tells of every delivery that was judged, or stands otherwise, since the last night
that told: one event a delivery, at its partition of deliveries/<feed>. Nothing for the others."""


def delivery_key(contract: Contract) -> dg.AssetKey:
    return dg.AssetKey([DELIVERIES, contract.stem])


def partitions_name(contract: Contract) -> str:
    return f"{DELIVERIES}__{contract.stem}"


def trails_asset(catalogue: Catalogue, settings: Settings) -> dg.AssetsDefinition:
    # Last of all: what is told includes what the night published.
    after = [RELEASE_RELATION, *(feedback_relation(contract) for contract in catalogue.contracts)]

    @dg.multi_asset(
        name="delivery_trails",
        specs=[
            dg.AssetSpec(
                TRAILS,
                deps=[key_of(relation) for relation in after],
                description=TRAILS_WORDS,
                group_name="publication",
                kinds={"dagster"},
                owners=[TEAM],
            )
        ],
    )
    @costed
    def delivery_trails(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            told = _tell_all(context, catalogue, settings)
            context.log.info(f"{told} deliveries told anew")
            yield dg.MaterializeResult(asset_key=TRAILS, metadata={"told_anew": told})

    return delivery_trails


def _tell_all(context: dg.AssetExecutionContext, catalogue: Catalogue, settings: Settings) -> int:
    """Tell of what changed since it was last told, feed by feed; returns of how many."""
    downstream: Downstream | None = None
    told_by = dg.MetadataValue.dagster_run(context.run.run_id)
    told = 0
    for contract in catalogue.contracts:
        due = _due(context.instance, contract, settings)
        if due:
            downstream = downstream or gather_downstream(settings, catalogue)
            told += len(due)
            for each in trails(settings, catalogue, contract, downstream, due):
                # An event of no run: it stays when the records of old runs are forgotten.
                context.instance.report_runless_asset_event(
                    dg.AssetMaterialization(
                        delivery_key(contract),
                        partition=each.partition,
                        metadata={**trail_metadata(each), "told_by": told_by},
                        tags={DATA_VERSION_TAG: each.mark},
                    )
                )
    return told


def _due(instance: dg.DagsterInstance, contract: Contract, settings: Settings) -> set[str]:
    """Deliveries whose mark is not the one last told; their partitions are there afterwards.

    The history itself says what was told: where it is lost, all is told anew.
    """
    now = marks(settings, contract)
    told = instance.event_log_storage.get_latest_tags_by_partition(
        delivery_key(contract), dg.DagsterEventType.ASSET_MATERIALIZATION, [DATA_VERSION_TAG]
    )
    due = {
        delivery_id
        for delivery_id, (partition, mark) in now.items()
        if told.get(partition, {}).get(DATA_VERSION_TAG) != mark
    }
    if now:
        ensure_partitions(instance, contract, [partition for partition, _ in now.values()])
    return due


def ensure_partitions(
    instance: dg.DagsterInstance, contract: Contract, wanted: Sequence[str]
) -> None:
    """All these partitions, in order of period: Dagster keeps them in the order of their coming.

    A correction of an earlier period moves the later ones behind it, so that the deliveries of some
    months are a range.
    """
    name = partitions_name(contract)
    known = list(instance.get_dynamic_partitions(name))
    ordered = sorted({*known, *wanted})
    kept = 0
    while kept < len(known) and known[kept] == ordered[kept]:
        kept += 1
    for partition in known[kept:]:
        instance.delete_dynamic_partition(name, partition)
    if ordered[kept:]:
        instance.add_dynamic_partitions(name, ordered[kept:])
