"""Putting a backup back: a home as it was, to go on from.

Belongs here: writing the files and seeing that each is what was backed up. Does not belong here:
taking a backup (backup.py). What a backup does not hold, the next night makes again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from insight_pipeline.kernel.atomic import (
    WORK_SUFFIX,
    make_folder,
    remove_file,
    remove_folder,
    replace_link,
    replacing_file,
)
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.operations.backup import PARTS, key_of
from insight_pipeline.operations.backup_folder import (
    Copied,
    Manifest,
    content_path,
    damaged,
    read_manifest,
)
from insight_pipeline.operations.home_version import refuse_newer
from insight_pipeline.settings import Settings

# Stands in a home from the first file that is put back until the last.
RESTORING = ".restoring"
# What may stand in a home before a backup is put back: secrets are brought by hand.
BROUGHT = {".lock", "secrets", f"{RESTORING}{WORK_SUFFIX}"}


def restore(
    settings: Settings, folder: Path, number: int | None = None, *, new_secrets: bool = False
) -> Manifest:
    """Put a backup (the newest, or the one of this number) into an empty home the caller holds.

    The home's secrets must be there already, unless `new_secrets`. InsightError before anything is
    written where the home is not empty or its key is another; also where a content is damaged: the
    home is then incomplete, and refused (`refuse_half_restored`) until a backup is put back whole.
    """
    manifest = read_manifest(folder, number)
    refuse_newer(manifest.package)
    raise_all([*_not_empty(settings), *([] if new_secrets else _other_key(settings, manifest))])
    _clear_half_restored(settings)
    with replacing_file(settings.home / RESTORING) as work:
        work.touch()
    for path, mode in manifest.folders.items():
        make_folder(settings.home / path, mode)
    raise_all(
        fault for one in manifest.files for fault in _put_back(one, manifest, folder, settings)
    )
    for path, target in sorted(manifest.links.items()):
        replace_link(settings.home / path, target)
    remove_file(settings.home / RESTORING)
    return manifest


def refuse_half_restored(settings: Settings) -> None:
    """InsightError in a home that a restore was stopped in: what is missing would count as gone."""
    if (settings.home / RESTORING).exists():
        raise InsightError([_half_restored(settings)])


def _clear_half_restored(settings: Settings) -> None:
    """Take away what a stopped restore wrote: it may have been of another backup.

    Nothing else: drops may have come in the meantime.
    """
    if not (settings.home / RESTORING).exists():
        return
    for path in (settings.home / part for part in PARTS):
        if path.is_dir():
            remove_folder(path)
        else:
            remove_file(path)


def _put_back(one: Copied, manifest: Manifest, folder: Path, settings: Settings) -> list[Fault]:
    """Write one file; a fault where the backup's content is not what it was."""
    source = content_path(folder, one.sha256)
    if not source.is_file():
        return [damaged(manifest, one, "no such content")]
    try:
        with replacing_file(settings.home / one.path) as work:
            work.touch(mode=0o600)
            shutil.copyfile(source, work)
            if file_sha256(work) != one.sha256:
                raise InsightError([damaged(manifest, one, "another content than was copied")])
            work.chmod(one.mode)
    except InsightError as error:
        return list(error.faults)
    return []


def _not_empty(settings: Settings) -> list[Fault]:
    there = sorted(path.name for path in settings.home.iterdir() if path.name not in BROUGHT)
    if not there or RESTORING in there:
        return []
    return [
        Fault(
            where=str(settings.home),
            expected="an empty home, or one that holds its secrets only",
            found=", ".join(there[:5]),
            consequence="nothing is put back: two homes must not mix",
            next_step="name an empty folder with INSIGHT_HOME",
        )
    ]


def _half_restored(settings: Settings) -> Fault:
    return Fault(
        where=str(settings.home),
        expected="a home that is whole",
        found="one in which a restore was stopped before its end",
        consequence="nothing is read or changed: deliveries not yet put back would count as gone",
        next_step="run insight restore again, with another backup where this one is damaged",
    )


def _other_key(settings: Settings, manifest: Manifest) -> list[Fault]:
    ours = key_of(settings)
    if manifest.key in (None, ours):
        return []
    return [
        Fault(
            where=str(settings.secrets),
            expected="the pseudonym key of the home that was backed up",
            found="another key" if ours else "none",
            consequence="nothing is put back: under another key every pseudonym changes",
            next_step="bring secrets/ from where it is kept; where it is lost, --new-secrets goes "
            "on with a new key (figures stay as they are)",
        )
    ]
