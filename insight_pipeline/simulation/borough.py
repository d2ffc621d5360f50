"""The synthetic borough: everything its providers drop into the inbox, and the truth behind it.

Belongs here: the one entry point. Does not belong here: people, services, feeds or formats.
There is no public linked personal data; this stands in for it. Same arguments, same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.kernel.atomic import new_directory
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.simulation.drops import DropBox
from insight_pipeline.simulation.feeds.activelife import activelife
from insight_pipeline.simulation.feeds.brightcare import brightcare
from insight_pipeline.simulation.feeds.council import council
from insight_pipeline.simulation.feeds.homestead import homestead
from insight_pipeline.simulation.feeds.kidsfirst import kidsfirst
from insight_pipeline.simulation.feeds.merebank import merebank
from insight_pipeline.simulation.feeds.treatment import newleaf, recoverwell
from insight_pipeline.simulation.feeds.voices import voices
from insight_pipeline.simulation.feeds.wellpath import wellpath
from insight_pipeline.simulation.feeds.youthworks import youthworks
from insight_pipeline.simulation.journeys.borough_life import live
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.stage import Stage
from insight_pipeline.simulation.truth import TRUTH_FILES, write_truth
from insight_pipeline.simulation.window import window_of

CITIZENS, MONTHS, SEED = 20_000, 30, 20260930
FEWEST_MONTHS, MOST_MONTHS = 3, 30
FEEDS: tuple[Callable[[Stage], None], ...] = (
    brightcare,
    homestead,
    activelife,
    youthworks,
    kidsfirst,
    wellpath,
    newleaf,
    recoverwell,
    merebank,
    voices,
    council,
)


@dataclass(frozen=True)
class SimulationSummary:
    """What was written."""

    citizens: int
    files: int
    rows: int
    records: int
    indicator_rows: int


def _quiet(message: str) -> None:
    del message


def simulate(
    inbox: Path,
    truth: Path,
    citizens: int = CITIZENS,
    months: int = MONTHS,
    seed: int = SEED,
    progress: Callable[[str], None] = _quiet,
    *,
    is_planted: bool = True,
) -> SimulationSummary:
    """Fill an empty inbox with every provider's drops and `truth` with what they are about.

    is_planted: with the situations that the pipeline is there to find (situations.py); a control
    borough has none. Both appear whole or not at all: a run that is killed leaves the inbox empty.
    """
    _check(inbox, truth, citizens, months)
    progress(f"{citizens:,} people")
    population = build_population(citizens, window_of(months), seed)
    progress("their lives with the borough's services")
    life = live(population, seed, is_planted)
    with new_directory(inbox) as inbox_work, new_directory(truth) as truth_work:
        stage = Stage(population, life, seed, DropBox(inbox_work), is_planted)
        for feed in FEEDS:
            progress(f"drops of {feed.__name__}")
            feed(stage)
        progress("the truth")
        counts = write_truth(stage, truth_work)
    deliveries = stage.box.table()
    return SimulationSummary(
        citizens=citizens,
        files=deliveries.height,
        rows=int(deliveries["rows"].sum()),
        records=counts["record_person"],
        indicator_rows=counts["indicator"],
    )


def _check(inbox: Path, truth: Path, citizens: int, months: int) -> None:
    faults = []
    if citizens < 1 or not FEWEST_MONTHS <= months <= MOST_MONTHS:
        faults.append(
            Fault(
                where="simulation",
                expected=f"at least 1 citizen and {FEWEST_MONTHS} to {MOST_MONTHS} months",
                found=f"{citizens} citizens and {months} months",
                consequence="nothing is simulated",
                next_step="choose other numbers",
            )
        )
    for folder, ours in ((inbox, frozenset[str]()), (truth, TRUTH_FILES)):
        strangers = [path for path in folder.rglob("*") if path.is_file() and path.name not in ours]
        if strangers:
            faults.append(
                Fault(
                    where=str(folder),
                    expected="an empty folder or none",
                    found=f"{len(strangers)} files",
                    consequence="nothing is simulated, nothing is overwritten",
                    next_step="name another folder, or move these files away",
                )
            )
    if faults:
        raise InsightError(faults)
    for folder in (inbox, truth):
        shutil.rmtree(folder, ignore_errors=True)
