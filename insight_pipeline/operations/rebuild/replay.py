"""Nights replayed: each with what its entry says was in hand, through the rooms that entry names.

Belongs here: bringing a home to the state of an entry, and running the rooms. Does not belong here:
what a room does, or whether the outcome is right (compare.py). The rooms are today's code; what
they are given is the night's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from insight_pipeline.contracts.standing.approval import write_approval
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.night import build_warehouse
from insight_pipeline.kernel.atomic import remove_file, remove_folder
from insight_pipeline.landing.receipt import receipt_path, write_receipt
from insight_pipeline.linkage.model import files as models
from insight_pipeline.operations.journal.chain import journal_folder
from insight_pipeline.operations.journal.entry import Entry, Room, Step
from insight_pipeline.operations.journal.hand import MODEL, PROJECT
from insight_pipeline.operations.journal.kept import give_out
from insight_pipeline.operations.plain_night import judge_all, link_all, stage_all
from insight_pipeline.operations.rebuild.compare import Rebuilt
from insight_pipeline.publication.history import made_releases
from insight_pipeline.publication.night import publish_warehouse
from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Replay:
    """source: the home whose journal is replayed. home: where. projects: folder for contracts.

    takes_originals: releases that were published stand in `home` as they were published.
    """

    source: Settings
    home: Settings
    projects: Path
    takes_originals: bool
    progress: Progress

    def prepare(self, entry: Entry) -> tuple[Settings, Catalogue]:
        """Bring home, contracts and model to what the entry had in hand; judge and stage it."""
        settings = replace(
            self.home, project=self._project(entry), release_frequency=entry.frequency
        )
        self._deliver(entry)
        self._adopt(entry)
        for room in entry.lost:
            remove_file(settings.identity if room is Room.LINKAGE else settings.warehouse)
        catalogue = load_catalogue(settings)
        for failed in judge_all(settings, catalogue, _silent):
            self.progress(f"    our engine failed: {failed}; the feed stays as it stood")
        stage_all(settings, catalogue, _silent)
        return settings, catalogue

    def run(self, entry: Entry) -> Iterator[tuple[Step, Rebuilt]]:
        """Replay the entry's steps; gives what publication made at each of its steps."""
        settings, catalogue = self.prepare(entry)
        for step in entry.steps:
            if step.room is Room.LINKAGE:
                link_all(settings, catalogue, _silent)
            elif step.room is Room.WAREHOUSE:
                build_warehouse(catalogue, settings)
            elif entry.is_baseline:
                self._take_original(step)
            else:
                yield step, _published(settings, catalogue, step)
                self._put_original(step)

    def _deliver(self, entry: Entry) -> None:
        landing = self.home.landing
        for receipt in entry.receipts:
            # Not joined with the receipt there: the entry says how it stood.
            remove_file(receipt_path(landing, receipt))
            write_receipt(landing, receipt)
        for name in entry.receipts_gone:
            remove_file(landing / "receipts" / f"{name}.json")
        for approval in entry.approvals:
            write_approval(landing, approval)
        for delivery_id in entry.approvals_gone:
            remove_file(landing / "approvals" / f"{delivery_id}.json")

    def _project(self, entry: Entry) -> Path:
        folder = self.projects / entry.project[:16]
        if not folder.is_dir():
            give_out(journal_folder(self.source), PROJECT, entry.project, folder)
        return folder

    def _adopt(self, entry: Entry) -> None:
        if entry.adoption is None or entry.model is None:
            return
        place = self.home.models / entry.adoption.model
        if not place.is_dir():
            give_out(journal_folder(self.source), MODEL, entry.model, place)
        if models.active(self.home.models) != entry.adoption:
            models.adopt(self.home.models, entry.adoption)

    def _put_original(self, step: Step) -> None:
        """What was published is never changed: it takes the place of what was made again."""
        original = self.source.published / str(step.release)
        if not self.takes_originals or step.is_preview or not original.is_dir():
            return
        newest = made_releases(self.home.published)
        if newest and newest[-1].release_no == step.release_no:
            remove_folder(newest[-1].path)
        self._take_original(step)

    def _take_original(self, step: Step) -> None:
        original = self.source.published / str(step.release)
        if step.is_preview or not original.is_dir():
            return
        place = self.home.published / original.name
        remove_folder(place)
        shutil.copytree(original, place, symlinks=True)
        made = next(one for one in made_releases(self.home.published) if one.path == place)
        if made.as_of is not None:
            point_latest(self.home.published, place.name, made.as_of)


def _published(settings: Settings, catalogue: Catalogue, step: Step) -> Rebuilt:
    summary = publish_warehouse(catalogue, settings, reason=step.reason)
    return Rebuilt(summary.path, summary.is_preview) if summary else Rebuilt(None, step.is_preview)


def _silent(line: str) -> None:
    """Rooms tell their progress to nobody: a night of the replay is one line."""
