"""Linkage's front door: evidence in, identity.duckdb replaced, counts out.

Belongs here: doing nothing when nothing changed, and recording what was found. Does not belong
here: any step of linking (night). No personal value leaves by summary, progress line or error.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint, tree_fingerprint
from insight_pipeline.linkage.model import files
from insight_pipeline.linkage.model.comparisons import COMPARISONS, definition
from insight_pipeline.linkage.model.files import Adoption, FrozenModel
from insight_pipeline.linkage.night import Plan, Progress, find
from insight_pipeline.linkage.pairs.splink_engine import ENGINE_VERSION, EngineError, engine_fault
from insight_pipeline.linkage.policy import FILE, load_linkage_policy
from insight_pipeline.linkage.record_night import Night, record_night
from insight_pipeline.linkage.state import opened
from insight_pipeline.linkage.store import Previous, read_previous
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary, repeated
from insight_pipeline.settings import Settings

# Sub-rooms whose code decides who is one person; a change of theirs links everything anew.
METHOD = ("evidence", "model", "pairs", "people")
NEW_MODEL, NEW_METHOD = "new model", "new method"


def link(
    evidence: Path | Sequence[Path],
    store: Path,
    lookups: LinkageInputs,
    settings: Settings,
    progress: Progress = lambda line: None,
) -> LinkageSummary:
    """Link the evidence and replace `store`, unless nothing changed since it was written."""
    paths = _files(evidence)
    method = method_fingerprint()
    groups = (paths, lookups.area_lookup, lookups.opt_out, lookups.decision)
    inputs = fingerprint(*(sorted(file_sha256(path) for path in group) for group in groups))
    previous = read_previous(store)
    frozen = model_in_use(settings.models)
    if _unchanged(previous, frozen, (inputs, method)):
        progress("linkage: nothing changed since the last night")
        return repeated(previous.summary)  # type: ignore[union-attr]
    policy = load_linkage_policy(settings.contracts / FILE)
    anew = _anew(previous, frozen, method)
    plan = Plan(paths, settings.models, frozen, anew, lookups.decision, policy)
    night = Night(lookups, inputs, method, previous, policy)
    spill = settings.temporary / "linkage"
    shutil.rmtree(spill, ignore_errors=True)
    spill.mkdir(parents=True)
    last = store if previous is not None else None
    try:
        with (
            replacing_file(store) as work,
            opened(work, last, plan.anew is not None, settings, spill) as con,
        ):
            found = find(con, plan, progress)
            summary = record_night(con, found, night)
    except (duckdb.Error, EngineError) as error:
        raise InsightError([engine_fault(type(error).__name__)]) from None
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    _put_in_use(settings.models, found.frozen)
    progress(f"linkage: {summary.records:,} records are {summary.people:,} people")
    return summary


def method_fingerprint() -> str:
    """Fingerprint of the code that decides who is one person, and of the engines it runs on."""
    room = Path(__file__).parent
    return fingerprint(*(tree_fingerprint(room / part, "*.py") for part in METHOD), ENGINE_VERSION)


def model_in_use(folder: Path) -> FrozenModel | None:
    """The adopted model; None where one must be trained.

    That is so before the first, when it was estimated from too little, and when the comparisons
    are no longer those it was estimated for.
    """
    adoption = files.active(folder)
    if adoption is None:
        return None
    frozen = files.load(folder, adoption.model)
    stale = frozen.model.is_provisional or frozen.model.definition != definition(COMPARISONS)
    return None if stale else frozen


def _unchanged(
    previous: Previous | None, frozen: FrozenModel | None, prints: tuple[str, str]
) -> bool:
    """Whether evidence, decisions, method and model are those of last night.

    A provisional model would be trained again to the very same, so it counts as unchanged.
    """
    if previous is None or (previous.fingerprint, previous.method) != prints:
        return False
    return frozen is None or frozen.name == previous.model


def _anew(previous: Previous | None, frozen: FrozenModel | None, method: str) -> str | None:
    """Why everything is linked again, if it is."""
    if previous is not None and previous.method != method:
        return NEW_METHOD
    if previous is None or frozen is None or frozen.name != previous.model:
        return NEW_MODEL
    return None


def _put_in_use(folder: Path, frozen: FrozenModel) -> None:
    """A model trained tonight is used from now on; a provisional one it replaces is removed."""
    adoption = files.active(folder)
    if adoption is not None and adoption.model == frozen.name:
        return
    reason = "the first model" if adoption is None else "in the place of a provisional or older one"
    files.adopt(folder, Adoption(model=frozen.name, adopted_by="the night", reason=reason))
    if adoption is not None and files.load(folder, adoption.model).model.is_provisional:
        files.forget(folder, adoption.model)


def _files(evidence: Path | Sequence[Path]) -> list[Path]:
    listed = [evidence] if isinstance(evidence, Path) else list(evidence)
    nested = [sorted(p.rglob("*.parquet")) if p.is_dir() else [p] for p in listed]
    return [path for paths in nested for path in paths]
