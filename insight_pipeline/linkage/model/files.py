"""The folder of models: dated, hashed, never changed; and which of them is in use.

Belongs here: saving, finding and adopting a model. Does not belong here: training one.

`<folder>/<evidence date>-<hash>/` holds model.json (parameters; no personal value) and
lookups.parquet (frozen counts under hashes of values); `<folder>/active.json` names the one in use
and why. Which model is used is a decision of people, so a night never changes it, save that a
provisional one, estimated from too little, gives way to the next.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.kernel.atomic import (
    WORK_SUFFIX,
    make_folder,
    new_directory,
    remove_file,
    remove_folder,
    replacing_file,
)
from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.kernel.faultpoint import after
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.linkage.model.model import Model

ACTIVE = "active.json"
MODEL = "model.json"
LOOKUPS = "lookups.parquet"
HASH_LENGTH = 12


class Adoption(StrictModel):
    """Which model is in use, who decided that and why."""

    model: str
    adopted_by: str
    reason: str


@dataclass(frozen=True)
class FrozenModel:
    """A model as a night uses it: its name, its parameters, its file of lookups."""

    name: str
    model: Model
    lookups: Path


def save(
    folder: Path,
    model: Model,
    date: datetime.date | None,
    write_lookups: Callable[[Path], None],
) -> FrozenModel:
    """Keep the model under its date and hash; saving it twice changes nothing."""
    make_folder(folder, mode=0o700)
    # Its name needs its hash: until then it is work that nobody may take for a store.
    lookups = folder / f"{LOOKUPS}{WORK_SUFFIX}"
    write_lookups(lookups)
    after(f"wrote {lookups.name}")
    name = f"{date.isoformat() if date else 'undated'}-{_mark(model.to_json(), lookups)}"
    if not (folder / name).exists():
        with new_directory(folder / name) as place:
            (place / MODEL).write_text(model.to_json())
            shutil.copyfile(lookups, place / LOOKUPS)
    remove_file(lookups)
    return FrozenModel(name, model, folder / name / LOOKUPS)


def _mark(text: str, lookups: Path) -> str:
    return fingerprint(text, file_sha256(lookups))[:HASH_LENGTH]


def _damaged(place: Path) -> Fault:
    return Fault(
        where=f"models/{place.name}",
        expected="the linkage model as it was trained: its name holds its hash",
        found="files that were changed, cut short or lost since",
        consequence="nothing was linked: another model would change people without a reason",
        next_step="restore the folder from backup, or make it again from landing (insight rebuild)",
    )


def names(folder: Path) -> list[str]:
    """Every model kept, oldest evidence first."""
    return sorted(path.parent.name for path in folder.glob(f"*/{MODEL}"))


def load(folder: Path, name: str) -> FrozenModel:
    """One model, or an InsightError that names the nearest there is."""
    # Another path to the same folder is no name: nights compare names.
    if name not in names(folder):
        raise InsightError([_unknown(folder, name)])
    text, lookups = (folder / name / MODEL).read_text(), folder / name / LOOKUPS
    # Its name holds the hash of what it says: a damaged one would link people otherwise.
    if not lookups.is_file() or not name.endswith(_mark(text, lookups)):
        raise InsightError([_damaged(folder / name)])
    return FrozenModel(name, Model.from_json(text), lookups)


def active(folder: Path) -> Adoption | None:
    """The adoption in force, or None before the first."""
    path = folder / ACTIVE
    return load_json(path, Adoption) if path.exists() else None


def adopt(folder: Path, adoption: Adoption) -> None:
    """Use this model from the next night on."""
    load(folder, adoption.model)
    with replacing_file(folder / ACTIVE) as work:
        work.write_text(adoption.model_dump_json(indent=1))


def forget(folder: Path, name: str) -> None:
    """Remove a provisional model that another has taken the place of."""
    remove_folder(folder / name)


def _unknown(folder: Path, name: str) -> Fault:
    known = names(folder)
    return Fault(
        where=f"linkage model {name}",
        expected="the name of a model that is kept",
        found=f"none of that name; {nearest(name, known)}",
        consequence="nothing was changed",
        next_step="`insight model list` shows the models there are",
    )
