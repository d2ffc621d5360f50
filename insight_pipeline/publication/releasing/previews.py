"""Previews: what would be released, for internal eyes, on nights on which no release is due.

Belongs here: whether the preview there is still says what tonight says, and taking older ones away.
Does not belong here: building one, which is building a release (building.py). There is one preview
at most; it never stands among the releases, and nothing published is held against it or made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from insight_pipeline.kernel.atomic import WORK_SUFFIX, remove_folder
from insight_pipeline.kernel.strict import parse_json
from insight_pipeline.publication.history import DESCRIPTION
from insight_pipeline.publication.releasing.pointer import forget_latest

# What makes two previews of one identity the same: made after the same release, by the same means.
_SAME = ("predecessor", "contract_versions", "code_version", "model_version", "closed_to_date")


def standing_preview(folder: Path, identity: str, description: Mapping[str, object]) -> Path | None:
    """The preview that says the same of the figures and was made by the same means, if any.

    Also one that nobody was sent to yet: a night was killed just after it was made.
    """
    found = [folder / identity, *sorted(folder.glob(f"{identity}-*"))]
    return next((path for path in found if _is_same(path / DESCRIPTION, description)), None)


def _is_same(path: Path, description: Mapping[str, object]) -> bool:
    if path.parent.name.endswith(WORK_SUFFIX) or not path.is_file():
        return False
    said = parse_json(path.read_text(encoding="utf-8"), str(path))
    return all(said.get(key) == description.get(key) for key in _SAME)


def drop_previews(folder: Path, *, keep: str | None = None) -> None:
    """Take all previews away but one; readers are sent elsewhere first."""
    if not folder.is_dir():
        return
    if keep is None:
        forget_latest(folder)
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink() and path.name != keep:
            remove_folder(path)
