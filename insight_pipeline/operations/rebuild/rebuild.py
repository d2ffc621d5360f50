"""`insight rebuild`: from landing, contracts and decisions alone, every release once more.

Belongs here: the order of nights and what is said of each. Does not belong here: replaying one
(replay.py), comparing (compare.py), words for people (cli/). The home whose journal it is may be at
work meanwhile: nothing in it is changed, and the journal and deliveries only ever gain.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from insight_pipeline.contracts.feedback.outbox import write_feedback
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.kernel.lock import hold
from insight_pipeline.kernel.trouble import MachineError
from insight_pipeline.operations.home_version import mark_home
from insight_pipeline.operations.journal.chain import journal_folder, read_entries
from insight_pipeline.operations.journal.entry import Code, Entry, Room
from insight_pipeline.operations.rebuild.compare import Compared, Verdict, compare
from insight_pipeline.operations.rebuild.material import (
    copy_deliveries,
    lend_deliveries,
    missing_material,
    take_over,
)
from insight_pipeline.operations.rebuild.replay import Progress, Replay
from insight_pipeline.publication.releasing.provenance import package_version, source_fingerprint
from insight_pipeline.settings import Settings

PROJECTS = "projects"


@dataclass(frozen=True)
class Rebuild:
    """Every release and preview of the journal, compared, in order; how many entries there are.

    begins_midway: the home had nights before its journal, which nobody can replay.
    """

    compared: tuple[Compared, ...]
    entries: int
    begins_midway: bool

    @property
    def first_different(self) -> Compared | None:
        return next((one for one in self.compared if not one.is_sound), None)


def rebuild(settings: Settings, into: Path | None, progress: Progress) -> Rebuild:
    """Replay the journal of a home and compare all it published with what comes out.

    Where `into` names a folder, it is left as a home to go on from; else nothing stays.
    InsightError where the journal is broken or something it names is missing.
    """
    entries = read_entries(journal_folder(settings))
    if not entries:
        raise InsightError([_no_journal(settings)])
    progress("Looking whether every delivery and every copy of the contracts is there")
    raise_all(missing_material(entries, settings))
    with _place(settings, into) as home, _projects(home) as projects:
        replay = Replay(settings, home, projects, into is not None, progress)
        compared: list[Compared] = []
        for entry in entries:
            progress(f"Night {entry.number} of {len(entries)}: {_words(entry)}")
            compared += _replayed(entry, replay, entries[0].is_baseline)
        if into is not None:
            _finish(settings, home)
    return Rebuild(tuple(compared), len(entries), entries[0].is_baseline)


def _replayed(entry: Entry, replay: Replay, begins_midway: bool) -> Iterator[Compared]:
    """What the entry published, compared; a night that cannot be replayed stops no other."""
    code = None if entry.code == _today() else entry.code
    published = [step for step in entry.steps if step.room is Room.PUBLICATION]
    left = {step.mark: step for step in published}
    if entry.is_baseline:
        for step in published:
            yield Compared(str(step.release), entry.number, step.is_preview, Verdict.BEFORE)
    words = "its night could not be replayed"
    try:
        for step, made in replay.run(entry):
            left.pop(step.mark, None)
            verdict, why = compare(step, made, code, not begins_midway, replay.source)
            replay.progress(f"    {step.release}: {verdict}")
            yield Compared(str(step.release), entry.number, step.is_preview, verdict, why, code)
    except MachineError:
        raise
    except InsightError as error:
        words = f"{error.faults[0].where}: {error.faults[0].found}"
        replay.progress(f"    could not be replayed\n{error}")
    if not entry.is_baseline:
        for step in left.values():
            verdict = Verdict.NOT_MADE
            yield Compared(str(step.release), entry.number, step.is_preview, verdict, words, code)


@contextmanager
def _place(settings: Settings, into: Path | None) -> Iterator[Settings]:
    """A home to replay in: the folder given, or one of ours that is emptied before and after."""
    home = replace(settings, home=into or settings.home / "rebuild")
    hold(home.home)
    if into is not None:
        copy_deliveries(settings, home)
        yield home
        return
    _empty(home.home)
    try:
        lend_deliveries(settings, home)
        yield home
    finally:
        _empty(home.home)


@contextmanager
def _projects(home: Settings) -> Iterator[Path]:
    """Where contracts and SQL of the nights stand while they are replayed."""
    folder = home.home / PROJECTS
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _empty(home: Path) -> None:
    """All but the lock; a link to the deliveries is taken away, never followed."""
    for path in home.iterdir():
        if path.name == ".lock":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _finish(settings: Settings, home: Settings) -> None:
    """What a home needs besides to go on: the rest of landing, the journal, providers' feedback."""
    take_over(settings, home)
    for contract in load_catalogue(home).contracts:
        write_feedback(contract, home)
    mark_home(home)


def _today() -> Code:
    return Code(package=package_version(), source=source_fingerprint())


def _words(entry: Entry) -> str:
    """What is new of a night, in counts."""
    counts = {
        "deliveries": len(entry.receipts),
        "deliveries gone": len(entry.receipts_gone),
        "approvals": len(entry.approvals),
    }
    said = [f"{number:,} {what}" for what, number in counts.items() if number]
    said += [f"model {entry.adoption.model}"] if entry.adoption else []
    said += ["where the journal begins"] if entry.is_baseline else []
    return ", ".join(said) or "contracts, settings or code"


def _no_journal(settings: Settings) -> Fault:
    return Fault(
        where=str(journal_folder(settings)),
        expected="the journal of a home that had a night",
        found="none",
        consequence="nothing can be rebuilt",
        next_step="name the home with INSIGHT_HOME, put the folder back from a backup, or run a "
        "night: a journal begins with it",
    )
