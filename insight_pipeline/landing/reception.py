"""Takes drops out of the inbox: keeps the bytes unchanged under their hash and writes a receipt.

Belongs here: arrival. Does not belong here: finding drops (inbox.py) or judging them. The inbox is
never edited.
"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.landing.encoding import encoding_of
from insight_pipeline.landing.inbox import (
    Drop,
    count_waiting,
    drops,
    manifest_of,
    not_receivable,
    why_not_receivable,
)
from insight_pipeline.landing.manifest import Manifest
from insight_pipeline.landing.receipt import Receipt, make_receipt, receipt_path, write_receipt
from insight_pipeline.landing.self_declared import Declarer
from insight_pipeline.landing.sighting import Sight, glance_at, look_at, remember_inbox


@dataclass(frozen=True)
class Reception:
    """What one look into the inbox found.

    new: receipts not seen before; repeated: drops whose receipt was there already;
    waiting: files without a manifest; faults: drops that cannot be received, and why.
    """

    new: tuple[Receipt, ...]
    repeated: int
    waiting: int
    faults: tuple[Fault, ...]


def receive(inbox: Path, landing: Path, declarer: Declarer | None = None) -> Reception:
    """Receive every complete drop; one bad drop never stops the others.

    `declarer` reads the declarations of files that come without a manifest.
    """
    bare = declarer.feeds if declarer else ()
    seen: dict[str, Sight] = {}
    new: list[Receipt] = []
    faults: list[Fault] = []
    repeated = 0
    found = list(drops(inbox, bare))
    for drop in found:
        glance = glance_at(drop)
        try:
            receipt, is_new = _receive_one(drop, inbox, landing, declarer)
        except InsightError as error:
            faults += error.faults
            sight = look_at(drop)
            # One that changed meanwhile is not known: a look at it may ask for another night.
            seen |= {drop.mark: sight} if sight.glance == glance else {}
            continue
        content = receipt.sha256 if drop.feed else receipt.delivery_id
        seen[drop.mark] = Sight(glance=glance, content=content)
        new += [receipt] if is_new else []
        repeated += not is_new
    remember_inbox(landing, seen)
    return Reception(tuple(new), repeated, count_waiting(inbox, found), tuple(faults))


def _receive_one(
    drop: Drop, inbox: Path, landing: Path, declarer: Declarer | None
) -> tuple[Receipt, bool]:
    manifest = None if drop.feed else manifest_of(drop)
    data = _data_file(drop, manifest)
    try:
        sha256, size, text = file_sha256(data), data.stat().st_size, encoding_of(data)
    except OSError:
        raise InsightError([not_receivable(drop, "a file that cannot be opened")]) from None
    if manifest is None:
        manifest = _declared(drop, data, landing, sha256, declarer)
    place = data.relative_to(inbox).as_posix()
    mark = fingerprint(place, manifest.model_dump_json())[:16]
    receipt = make_receipt(manifest, sha256, size, text, mark)
    is_new = not receipt_path(landing, receipt).exists()
    _keep(drop, data, landing, sha256)
    write_receipt(landing, receipt)
    return receipt, is_new


def _declared(
    drop: Drop, data: Path, landing: Path, sha256: str, declarer: Declarer | None
) -> Manifest:
    """What a bare file declares; nothing is kept of one that declares nothing."""
    assert declarer and drop.feed  # noqa: S101 (narrows: bare drops come from a declarer)
    blob = blob_path(landing, sha256)
    source = blob if blob.exists() else data
    manifest = declarer.manifest(drop.feed, source, sha256, data.name, drop.where)
    # Copied before it is remembered: the copy shows that the bytes read had this hash.
    _keep(drop, data, landing, sha256)
    declarer.remember(drop.feed, sha256, manifest)
    return manifest


def _data_file(drop: Drop, manifest: Manifest | None) -> Path:
    if manifest is None:
        if drop.path.is_symlink() or not drop.path.is_file():
            raise InsightError([not_receivable(drop, "something that is not a plain file")])
        return drop.path
    data = drop.path.parent / manifest.file
    found = why_not_receivable(drop, manifest, data)
    if found:
        raise InsightError([not_receivable(drop, found)])
    return data


def blob_path(landing: Path, sha256: str) -> Path:
    return landing / "blobs" / sha256[:2] / sha256


def _keep(drop: Drop, data: Path, landing: Path, sha256: str) -> None:
    blob = blob_path(landing, sha256)
    if _is_whole(blob, sha256):
        return
    # Also where bytes kept earlier have changed since: the same file sent again heals them.
    with replacing_file(blob) as work:
        try:
            shutil.copyfile(data, work, follow_symlinks=False)
        except OSError:
            # Only a file that went away is the drop's fault; a full disk of ours is not.
            if _is_plain(data):
                raise
            found = "a file that went away while it was received"
            raise InsightError([not_receivable(drop, found)]) from None
        if work.is_symlink() or file_sha256(work) != sha256:
            raise InsightError([_changed_while_read(drop)])
        work.chmod(0o440)


def _is_whole(blob: Path, sha256: str) -> bool:
    try:
        return file_sha256(blob) == sha256
    except OSError:
        return False


def _is_plain(data: Path) -> bool:
    try:
        return stat.S_ISREG(os.lstat(data).st_mode) and os.access(data, os.R_OK)
    except OSError:
        return False


def _changed_while_read(drop: Drop) -> Fault:
    return Fault(
        where=drop.where,
        expected="a file that stays as it is while it is copied",
        found="different bytes at the second look",
        consequence="the drop is not received tonight",
        next_step="have the sender write the manifest only after the file is complete",
    )
