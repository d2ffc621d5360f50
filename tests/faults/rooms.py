"""The rooms of a night, one after another, without Dagster: what the fault harness ends and reruns.

Belongs here: calling each room as its asset does. Does not belong here: what is done to them
(killing.py, surroundings of a disk or of memory in the tests).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from graphlib import TopologicalSorter

from insight_pipeline.contracts.arrival import self_declaring
from insight_pipeline.contracts.feed import process_feed
from insight_pipeline.contracts.feedback.outbox import write_feedback
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.store import bring_scorecard_up_to_date
from insight_pipeline.contracts.staging import feed_path, read_feed
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.indicators.night import build_warehouse
from insight_pipeline.indicators.staged import stage, unite
from insight_pipeline.kernel import lock
from insight_pipeline.landing.reception import receive
from insight_pipeline.landing.self_declared import Declarer
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.look_back import look_back
from insight_pipeline.linkage.summary import LinkageInputs
from insight_pipeline.publication.night import publish_warehouse
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.services import last_days

Room = Callable[[Catalogue, Settings], None]


def landing(catalogue: Catalogue, settings: Settings) -> None:
    declarer = Declarer(self_declaring(catalogue.contracts), settings)
    receive(settings.inbox, settings.landing, declarer)


def contracts(catalogue: Catalogue, settings: Settings) -> None:
    for contract in in_order_of_references(catalogue.contracts):
        process_feed(contract, catalogue.law, settings)


def in_order_of_references(contracts: Sequence[Contract]) -> list[Contract]:
    """Datasets that others refer to come first, as in the graph of assets."""
    by_stem = {contract.stem: contract for contract in contracts}
    referred = {c.stem: {r.to_stem for r in c.references} - {c.stem} for c in contracts}
    return [by_stem[stem] for stem in TopologicalSorter(referred).static_order()]


def feedback(catalogue: Catalogue, settings: Settings) -> None:
    for contract in catalogue.contracts:
        write_feedback(contract, settings)


def staging(catalogue: Catalogue, settings: Settings) -> None:
    for model in catalogue.staging:
        stage(model, catalogue, settings)
    for contract in catalogue.internal:
        unite(contract, catalogue, settings)


def scorecard(catalogue: Catalogue, settings: Settings) -> None:
    evidence = next(c for c in catalogue.internal if c.stem == "person_evidence")
    bring_scorecard_up_to_date(
        catalogue.contracts,
        read_feed(evidence, settings),
        last_days(catalogue.services),
        settings,
    )


def linkage(catalogue: Catalogue, settings: Settings) -> None:
    inputs = LinkageInputs(
        area_lookup=(feed_path(settings, "area_lookup"),),
        opt_out=(feed_path(settings, "opt_out"),),
        decision=(feed_path(settings, "linkage_decision"),),
    )
    link([feed_path(settings, "person_evidence")], settings.identity, inputs, settings)


def looking_back(catalogue: Catalogue, settings: Settings) -> None:
    look_back(settings)


def warehouse(catalogue: Catalogue, settings: Settings) -> None:
    build_warehouse(catalogue, settings)


def publication(catalogue: Catalogue, settings: Settings) -> None:
    publish_warehouse(catalogue, settings)


# In the order of a night.
ROOMS: Mapping[str, Room] = {
    room.__name__: room
    for room in (
        landing,
        contracts,
        feedback,
        staging,
        scorecard,
        linkage,
        looking_back,
        warehouse,
        publication,
    )
}


def run_room(name: str, catalogue: Catalogue, settings: Settings) -> None:
    """One room, holding the home as a night does; a fresh process each time is the caller's."""
    lock.hold(settings.home, settings.temporary)
    ROOMS[name](catalogue, settings)
