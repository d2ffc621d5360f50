"""Takes drops out of the inbox: keeps the bytes unchanged under their hash and writes a receipt.

Belongs here: arrival. Does not belong here: opening the files. The inbox is never edited.
A drop is a file and its manifest; a file without one has not finished arriving and waits.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.landing.encoding import encoding_of
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX, Manifest, read_manifest
from insight_pipeline.landing.receipt import Receipt, make_receipt, receipt_path, write_receipt

INBOX_MARK = "inbox.fingerprint"


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


@dataclass(frozen=True)
class Drop:
    """A file in the inbox with its manifest; `where` names it without its file name."""

    provider: str
    manifest: Path
    where: str


def drops(inbox: Path) -> Iterator[Drop]:
    """Every manifest in the inbox, in order of path."""
    for manifest in sorted(inbox.glob(f"*/**/*{MANIFEST_SUFFIX}")):
        provider = manifest.relative_to(inbox).parts[0]
        # A file name may hold a person's name: it is told apart by a hash instead.
        mark = fingerprint(manifest.relative_to(inbox).as_posix())[:8]
        yield Drop(provider, manifest, f"inbox/{provider} (drop {mark})")


def inbox_fingerprint(inbox: Path) -> str:
    """Changes when a drop is completed, its manifest changes or the file it waits for arrives."""
    return fingerprint([[drop.where, *_state(drop)] for drop in drops(inbox)])


def _state(drop: Drop) -> list[str | int]:
    """What another look at a drop could find different; the data itself is not read."""
    try:
        manifest = _manifest(drop)
        arrived = os.lstat(drop.manifest.parent / manifest.file)
    except InsightError as error:
        return [str(error)]
    except (OSError, ValueError):
        return [file_sha256(drop.manifest)]
    return [file_sha256(drop.manifest), arrived.st_mode, arrived.st_size]


def known_inbox(landing: Path) -> str | None:
    """Fingerprint of the inbox when it was last received."""
    path = landing / INBOX_MARK
    return path.read_text(encoding="utf-8") if path.exists() else None


def receive(inbox: Path, landing: Path) -> Reception:
    """Receive every complete drop; one bad drop never stops the others."""
    mark = inbox_fingerprint(inbox)
    new: list[Receipt] = []
    faults: list[Fault] = []
    repeated = 0
    for drop in drops(inbox):
        try:
            receipt, is_new = _receive_one(drop, landing)
        except InsightError as error:
            faults += error.faults
            continue
        new += [receipt] if is_new else []
        repeated += not is_new
    with replacing_file(landing / INBOX_MARK) as work:
        work.write_text(mark, encoding="utf-8")
    return Reception(tuple(new), repeated, _count_waiting(inbox), tuple(faults))


def _receive_one(drop: Drop, landing: Path) -> tuple[Receipt, bool]:
    manifest = _manifest(drop)
    data = _data_file(drop, manifest)
    try:
        sha256, size, text = file_sha256(data), data.stat().st_size, encoding_of(data)
    except OSError:
        raise InsightError([_not_receivable(drop, "a file that cannot be opened")]) from None
    receipt = make_receipt(manifest, sha256, size, text)
    is_new = not receipt_path(landing, receipt).exists()
    _keep(data, landing, sha256)
    write_receipt(landing, receipt)
    return receipt, is_new


def _manifest(drop: Drop) -> Manifest:
    try:
        if stat.S_ISREG(os.lstat(drop.manifest).st_mode):
            return read_manifest(drop.manifest, f"{drop.where} manifest")
        found = "a manifest that is not a plain file"
    except OSError:
        found = "a manifest that cannot be opened"
    raise InsightError([_not_receivable(drop, found)])


def _data_file(drop: Drop, manifest: Manifest) -> Path:
    data = drop.manifest.parent / manifest.file
    found = _why_not_receivable(drop, manifest, data)
    if found:
        raise InsightError([_not_receivable(drop, found)])
    return data


def _not_receivable(drop: Drop, found: str) -> Fault:
    return Fault(
        where=drop.where,
        expected="a plain file beside its manifest, in its own provider's folder",
        found=found,
        consequence="nothing of this drop is received; it stays in the inbox",
        next_step="ask the provider to correct the manifest or send the file again",
    )


def _why_not_receivable(drop: Drop, manifest: Manifest, data: Path) -> str | None:
    if manifest.provider != drop.provider:
        return "a manifest that declares another provider"
    if Path(manifest.file).name != manifest.file:
        return "a manifest whose file name is a path"
    try:
        status = os.lstat(data)
    except (OSError, ValueError):
        # Also a name no file can have: too long, or with a NUL.
        return "no such file beside the manifest"
    if not stat.S_ISREG(status.st_mode):
        return "something that is not a plain file"
    return None


def blob_path(landing: Path, sha256: str) -> Path:
    return landing / "blobs" / sha256[:2] / sha256


def _keep(data: Path, landing: Path, sha256: str) -> None:
    blob = blob_path(landing, sha256)
    if blob.exists():
        return
    with replacing_file(blob) as work:
        shutil.copyfile(data, work)
        if file_sha256(work) != sha256:
            raise InsightError([_changed_while_read(sha256)])
        work.chmod(0o440)


def _changed_while_read(sha256: str) -> Fault:
    return Fault(
        where=f"landing (content {sha256[:8]})",
        expected="a file that stays as it is while it is copied",
        found="different bytes at the second look",
        consequence="the drop is not received tonight",
        next_step="have the sender write the manifest only after the file is complete",
    )


def _count_waiting(inbox: Path) -> int:
    claimed = {drop.manifest for drop in drops(inbox)}
    data_files = {path for path in inbox.glob("*/**/*") if path.is_file()} - claimed
    with_manifest = {m.with_name(m.name.removesuffix(MANIFEST_SUFFIX)) for m in claimed}
    return len(data_files - with_manifest)
