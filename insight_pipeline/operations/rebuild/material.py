"""What a replay needs of a home: that it is there and whole, and its way into another home.

Belongs here: deliveries' bytes, copies of contracts, and what a restored home takes over as it is.
Does not belong here: replaying (replay.py). Everything is looked at before the first night begins.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.operations.journal.chain import journal_folder
from insight_pipeline.operations.journal.entry import Entry
from insight_pipeline.operations.journal.hand import MODEL, PROJECT
from insight_pipeline.operations.journal.kept import check_kept
from insight_pipeline.settings import Settings

# What neither landing nor the journal holds and a replay does not make; taken over where it is.
TAKEN_OVER = ("models", "review", "audit", "operations")


def missing_material(entries: Iterable[Entry], settings: Settings) -> Iterator[Fault]:
    """What of the journal's deliveries, contracts and models is missing or damaged."""
    journal = journal_folder(settings)
    listed = tuple(entries)
    kept = {(PROJECT, entry.project) for entry in listed}
    kept |= {(MODEL, entry.model) for entry in listed if entry.model}
    for kind, mark in sorted(kept):
        yield from check_kept(journal, kind, mark)
    wanted = {receipt.sha256: receipt for entry in listed for receipt in entry.receipts}
    for sha256, receipt in sorted(wanted.items()):
        found = _wrong(blob_path(settings.landing, sha256), sha256)
        if found:
            yield _lost(f"landing: delivery {receipt.delivery_id} of {receipt.stem}", found)


def lend_deliveries(settings: Settings, home: Settings) -> None:
    """Let a home that is thrown away read the deliveries where they are."""
    home.landing.mkdir(parents=True, exist_ok=True)
    (home.landing / "blobs").symlink_to(settings.landing / "blobs", target_is_directory=True)


def copy_deliveries(settings: Settings, home: Settings) -> None:
    """Give a home that stays the deliveries, and the keys under which people are told apart."""
    blobs = (settings.landing / "blobs", home.landing / "blobs")
    for source, target in (blobs, (settings.secrets, home.secrets)):
        if source.is_dir():
            shutil.copytree(source, target)


def take_over(settings: Settings, home: Settings) -> None:
    """The rest of a home that stays: the journal, all of landing, and what TAKEN_OVER names."""
    folders = [settings.landing, journal_folder(settings)]
    for folder in (*folders, *(settings.home / name for name in TAKEN_OVER)):
        for path in sorted(folder.rglob("*")):
            place = home.home / path.relative_to(settings.home)
            if path.is_file() and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copy2(path, place)


def _wrong(path: Path, sha256: str) -> str | None:
    try:
        return None if file_sha256(path) == sha256 else "other bytes than were received"
    except OSError:
        return "no such file"


def _lost(where: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected="the bytes as they were received, under landing/blobs",
        found=found,
        consequence="the nights since this delivery came cannot be replayed; nothing was",
        next_step="put landing/ back from a backup, or have the provider send the same file again "
        "and run a night",
    )
