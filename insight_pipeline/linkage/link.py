"""Linkage's front door: evidence in, identity.duckdb replaced, counts out.

Belongs here: doing nothing when nothing changed, and recording what was found. Does not belong
here: any step of linking (night). No personal value leaves by summary, progress line or error.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from insight_pipeline.kernel.atomic import remove_remains, replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint, tree_fingerprint
from insight_pipeline.linkage.engine_fault import LINKING, engine_fault
from insight_pipeline.linkage.model import files
from insight_pipeline.linkage.model.comparisons import COMPARISONS, definition
from insight_pipeline.linkage.model.files import Adoption, FrozenModel
from insight_pipeline.linkage.night import Plan, Progress, find
from insight_pipeline.linkage.pairs.splink_engine import ENGINE_VERSION, EngineError
from insight_pipeline.linkage.policy import FILE, load_linkage_policy
from insight_pipeline.linkage.record_night import Night, record_night
from insight_pipeline.linkage.state import opened
from insight_pipeline.linkage.store import Previous, read_previous
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary, repeated
from insight_pipeline.settings import Settings

# Whose code decides who is one person and what is known of them; a change links everything anew.
METHOD_ROOMS = ("evidence", "model", "pairs", "people", "citizens")
METHOD_FILES = ("night.py", "state.py", "record_night.py", "review/decisions.py",
    "review/conflicts.py")  # fmt: skip
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
    said = settings.contracts / FILE
    policy = load_linkage_policy(said)
    inputs = fingerprint(
        file_sha256(said), *(sorted(file_sha256(path) for path in group) for group in groups)
    )
    previous = read_previous(store)
    frozen = model_in_use(settings.models, previous)
    quiet = _quiet(previous, frozen, (inputs, method))
    if quiet is not None:
        progress("linkage: nothing changed since the last night")
        return quiet
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
            if plan.frozen is None:
                # Before the store: a store without its model would be linked by another.
                _put_in_use(settings.models, found.frozen)
            _forget_superseded(settings.models, found.frozen, previous)
    except (duckdb.Error, EngineError) as error:
        raise InsightError([engine_fault(error, LINKING)]) from None
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    progress(f"linkage: {summary.records:,} records are {summary.people:,} people")
    return summary


def method_fingerprint() -> str:
    """Fingerprint of the code that decides who is one person, and of the engines it runs on."""
    room = Path(__file__).parent
    rooms = [tree_fingerprint(room / part, "*.py") for part in METHOD_ROOMS]
    return fingerprint(rooms, [file_sha256(room / name) for name in METHOD_FILES], ENGINE_VERSION)


def model_in_use(folder: Path, previous: Previous | None) -> FrozenModel | None:
    """The adopted model; None where one must be trained.

    That is so before the first, when it was estimated from too little, and when the comparisons
    are no longer those it was estimated for. An InsightError where the last night had one and the
    folder has not: people would change for no reason anybody gave.
    """
    adoption = files.active(folder)
    if adoption is None:
        if previous is not None:
            raise InsightError([_model_gone(folder, previous.model)])
        return None
    frozen = files.load(folder, adoption.model)
    stale = frozen.model.is_provisional or frozen.model.definition != definition(COMPARISONS)
    return None if stale else frozen


def _quiet(
    previous: Previous | None, frozen: FrozenModel | None, prints: tuple[str, str]
) -> LinkageSummary | None:
    """Last night's summary where evidence, decisions, policy, method and model are still its own.

    A provisional model would be trained again to the very same, so it counts as unchanged.
    """
    if previous is None or (previous.fingerprint, previous.method) != prints:
        return None
    if frozen is not None and frozen.name != previous.model:
        return None
    return repeated(previous.summary)


def _model_gone(folder: Path, name: str) -> Fault:
    return Fault(
        where=str(folder),
        expected=f"the model {name}, by which the identity store was linked, in use",
        found="no model in use",
        consequence="nothing was linked: another model would change people without a reason",
        next_step="restore the folder from backup; or train another (insight model train) and "
        "adopt it (insight model adopt)",
    )


def _anew(previous: Previous | None, frozen: FrozenModel | None, method: str) -> str | None:
    """Why everything is linked again, if it is."""
    if previous is not None and previous.method != method:
        return NEW_METHOD
    if previous is None or frozen is None or frozen.name != previous.model:
        return NEW_MODEL
    return None


def _put_in_use(folder: Path, frozen: FrozenModel) -> None:
    """A model trained tonight is used from now on."""
    adoption = files.active(folder)
    if adoption is not None and adoption.model == frozen.name:
        return
    reason = "the first model" if adoption is None else "in the place of a provisional or older one"
    files.adopt(folder, Adoption(model=frozen.name, adopted_by="the night", reason=reason))


def _forget_superseded(folder: Path, frozen: FrozenModel, previous: Previous | None) -> None:
    """A provisional model goes once another links in its place, also where a kill came between."""
    remove_remains(folder)
    if previous is None or previous.model == frozen.name:
        return
    is_kept = previous.model in files.names(folder)
    if is_kept and files.load(folder, previous.model).model.is_provisional:
        files.forget(folder, previous.model)


def _files(evidence: Path | Sequence[Path]) -> list[Path]:
    listed = [evidence] if isinstance(evidence, Path) else list(evidence)
    nested = [sorted(p.rglob("*.parquet")) if p.is_dir() else [p] for p in listed]
    return [path for paths in nested for path in paths]
