"""Keeps the journal while nights are at work.

Belongs here: when an entry is begun and when it is completed. Does not belong here: what it says.
What is in hand is written down before a room goes to work with it, and what came of it afterwards.
A run killed between the two leaves an entry that does not say all: as nobody takes anything else in
hand before the stores have been looked at, the next run completes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from insight_pipeline.kernel.atomic import remove_remains
from insight_pipeline.linkage.model import files as models
from insight_pipeline.linkage.model.files import Adoption
from insight_pipeline.operations.home_version import mark_home
from insight_pipeline.operations.journal.chain import (
    ENTRIES,
    journal_folder,
    last_hash,
    newest_first,
    next_number,
    read_entries,
    write_entry,
)
from insight_pipeline.operations.journal.hand import (
    MODEL,
    PROJECT,
    difference,
    hand_after,
    in_hand,
    project_files,
)
from insight_pipeline.operations.journal.kept import KEPT, keep
from insight_pipeline.operations.journal.reached import known_of, lost_stores, steps_since
from insight_pipeline.settings import Settings


@contextmanager
def journalled(settings: Settings) -> Iterator[None]:
    """Journal what a room does in this block to a store that depends on its nights.

    Around every use of link(), build_warehouse() and publish_warehouse(); the caller holds the
    home. InsightError where the journal is broken.
    """
    mark_home(settings)
    journal = journal_folder(settings)
    for folder in (ENTRIES, KEPT):
        remove_remains(journal / folder)
    complete_entry(settings)
    begin_entry(settings)
    yield
    complete_entry(settings)


def begin_entry(settings: Settings) -> None:
    """Write down what is in hand, where the newest entry says otherwise."""
    journal = journal_folder(settings)
    newest = next(newest_first(journal), None)
    now = in_hand(settings, newest.adoption if newest else _adopted(settings))
    lost = lost_stores(known_of(newest_first(journal)), settings)
    if newest and newest.hand == now.mark and not lost:
        return
    before = hand_after(read_entries(journal))
    entry = difference(before, now, next_number(journal), last_hash(journal))
    if newest is None:
        steps = steps_since(known_of([]), settings)
        entry = entry.model_copy(update={"steps": tuple(steps), "is_baseline": bool(steps)})
    kept = _keep(journal, entry.adoption, settings)
    write_entry(journal, entry.model_copy(update={"lost": lost, **kept}))


def complete_entry(settings: Settings) -> None:
    """Add to the newest entry what the stores did since it was written."""
    journal = journal_folder(settings)
    newest = next(newest_first(journal), None)
    if newest is None:
        return
    steps = steps_since(known_of(newest_first(journal)), settings)
    if steps:
        write_entry(journal, newest.model_copy(update={"steps": (*newest.steps, *steps)}))


def _keep(journal: Path, adoption: Adoption | None, settings: Settings) -> dict[str, str]:
    """Copies of what the entry names, made before it does."""
    kept = {PROJECT: keep(journal, PROJECT, project_files(settings.project))}
    if adoption is not None:
        place = models.load(settings.models, adoption.model).lookups.parent
        kept[MODEL] = keep(journal, MODEL, {p.name: p.read_bytes() for p in place.iterdir()})
    return kept


def _adopted(settings: Settings) -> Adoption | None:
    """Where a journal begins in an older home, the model in use is all there is of its training."""
    return models.active(settings.models)
