"""A whole night as a plain function: the rooms in the order of the asset graph, and nothing else.

Belongs here: the order, for whoever needs a night without an orchestrator (rebuilding from landing,
measuring what orchestration costs). Does not belong here: what a room does; schedules, records,
checks or pictures (defs/). It makes the same release as the night in defs/, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from insight_pipeline.contracts.arrival import self_declaring, sources_of
from insight_pipeline.contracts.feed import process_feed
from insight_pipeline.contracts.feedback.outbox import write_feedback
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.store import bring_scorecard_up_to_date
from insight_pipeline.contracts.staging import feed_path, read_feed
from insight_pipeline.indicators.catalogue import Catalogue, check_types
from insight_pipeline.indicators.night import build_warehouse
from insight_pipeline.indicators.staged import stage, unite
from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.lock import hold
from insight_pipeline.kernel.trouble import raise_machine_trouble
from insight_pipeline.landing.reception import receive
from insight_pipeline.landing.self_declared import Declarer
from insight_pipeline.landing.sources.fetch import fetch_all
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.look_back import look_back
from insight_pipeline.linkage.summary import LinkageInputs
from insight_pipeline.operations.journal.record import journalled
from insight_pipeline.publication.night import publish_warehouse
from insight_pipeline.publication.release import ReleaseSummary
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.services import last_days

EVIDENCE = "person_evidence"
Progress = Callable[[str], None]
Around = Callable[[str], AbstractContextManager[object]]
"""Entered around each stage with its name: a clock, a fault, or nothing."""


@dataclass(frozen=True)
class PlainNight:
    """What a night left: the release or preview, faults of the inbox, feeds our engine failed on.

    release: None while no service has reported.
    failed: `<stage>: <stem>`; those feeds stay as they stood.
    """

    release: ReleaseSummary | None
    faults: tuple[Fault, ...]
    failed: tuple[str, ...]


def run_plain_night(
    settings: Settings,
    catalogue: Catalogue,
    progress: Progress = lambda line: None,
    around: Around = lambda stage: nullcontext(),
) -> PlainNight:
    """Run every room once, holding the home folder; InsightError where a room cannot go on."""
    hold(settings.home, settings.temporary)
    with around("landing"):
        faults = _receive(settings, catalogue)
    with around("contracts"):
        failed = list(judge_all(settings, catalogue, progress))
    with around("feedback"):
        failed += tell_all(settings, catalogue, progress)
    with around("staging"):
        stage_all(settings, catalogue, progress)
    with around("linkage"), journalled(settings):
        link_all(settings, catalogue, progress)
    with around("warehouse"), journalled(settings):
        build_warehouse(catalogue, settings, progress=lambda run: progress(run.relation))
    with around("publication"), journalled(settings):
        release = publish_warehouse(catalogue, settings)
    return PlainNight(release, tuple(faults), tuple(failed))


def judging_order(contracts: Sequence[Contract]) -> tuple[Contract, ...]:
    """Datasets after those their rows refer to; by name where that leaves a choice."""
    named = {contract.stem: contract for contract in contracts}
    graph = {
        stem: sorted({one.to_stem for one in named[stem].references}) for stem in sorted(named)
    }
    return tuple(named[stem] for stem in TopologicalSorter(graph).static_order() if stem in named)


def _receive(settings: Settings, catalogue: Catalogue) -> list[Fault]:
    declarer = Declarer(self_declaring(catalogue.contracts), settings)
    unfetched = fetch_all(sources_of(catalogue.contracts, settings), declarer.feeds, settings)
    return [*unfetched, *receive(settings.inbox, settings.landing, declarer).faults]


def judge_all(settings: Settings, catalogue: Catalogue, progress: Progress) -> Iterator[str]:
    """Feeds that our engine failed on: they stay as they stood, every other goes on."""
    for contract in judging_order(catalogue.contracts):
        progress(f"contracts: {contract.stem}")
        try:
            process_feed(contract, catalogue.law, settings)
        except Exception as error:  # an engine's words can quote data: only the feed is told
            raise_machine_trouble(error, f"contracts: {contract.stem}")
            yield f"contracts: {contract.stem}"


def tell_all(settings: Settings, catalogue: Catalogue, progress: Progress) -> Iterator[str]:
    for contract in catalogue.contracts:
        progress(f"feedback: {contract.stem}")
        try:
            write_feedback(contract, settings)
        except Exception as error:  # as above; the provider keeps the feedback it has
            raise_machine_trouble(error, f"feedback: {contract.stem}")
            yield f"feedback: {contract.stem}"


def stage_all(settings: Settings, catalogue: Catalogue, progress: Progress) -> None:
    check_types(catalogue, settings)
    for model in catalogue.staging:
        progress(model.relation)
        stage(model, catalogue, settings)
    for contract in catalogue.internal:
        progress(f"feeds.{contract.stem}")
        unite(contract, catalogue, settings)


def link_all(settings: Settings, catalogue: Catalogue, progress: Progress) -> None:
    """Who is one person, how well that was done, and how providers keep their promises."""
    evidence = next((one for one in catalogue.internal if one.stem == EVIDENCE), None)
    if evidence is not None:
        link([feed_path(settings, EVIDENCE)], settings.identity, _inputs(settings, catalogue),
             settings, progress)  # fmt: skip
        look_back(settings, progress)
    bring_scorecard_up_to_date(
        catalogue.contracts,
        read_feed(evidence, settings) if evidence else None,
        last_days(catalogue.services),
        settings,
    )


def _inputs(settings: Settings, catalogue: Catalogue) -> LinkageInputs:
    feeds = {contract.stem for contract in catalogue.internal}

    def paths(name: str) -> tuple[Path, ...]:
        return (feed_path(settings, name),) if name in feeds else ()

    return LinkageInputs(
        area_lookup=paths("area_lookup"),
        opt_out=paths("opt_out"),
        decision=paths("linkage_decision"),
    )
