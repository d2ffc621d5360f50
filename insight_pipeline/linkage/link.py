"""Linkage's front door: evidence in, identity.duckdb replaced, counts out.

Belongs here: doing nothing when nothing changed, and recording what was found. Does not belong
here: any step of linking (night). No personal value leaves by summary, progress line or error.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint, tree_fingerprint
from insight_pipeline.linkage.night import (
    Found,
    Progress,
    cluster_sizes,
    find,
    name,
    number,
    vetoes_applied,
)
from insight_pipeline.linkage.pairs.splink_engine import ENGINE_VERSION, EngineError
from insight_pipeline.linkage.people.golden import describe_citizens, load_lookups
from insight_pipeline.linkage.store import Previous, read_previous, write_store
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary, repeated
from insight_pipeline.settings import Settings


def link(
    evidence: Path | Sequence[Path],
    store: Path,
    lookups: LinkageInputs,
    settings: Settings,
    progress: Progress = lambda line: None,
) -> LinkageSummary:
    """Link all the evidence and replace `store`, unless nothing changed since it was written."""
    paths = _files(evidence)
    method = method_fingerprint()
    groups = (paths, lookups.area_lookup, lookups.opt_out)
    inputs = fingerprint(method, *(sorted(file_sha256(path) for path in group) for group in groups))
    previous = read_previous(store)
    if previous is not None and previous.fingerprint == inputs:
        progress("linkage: nothing changed since the last night")
        return repeated(previous.summary)
    spill = settings.temporary / "linkage"
    shutil.rmtree(spill, ignore_errors=True)
    spill.mkdir(parents=True)
    try:
        with duckdb.connect(":memory:", config=_config(settings, spill)) as con:
            found = find(con, paths, progress)
            load_lookups(con, lookups.area_lookup, lookups.opt_out)
            summary = _record(con, store, found, previous, (inputs, method))
    except (duckdb.Error, EngineError) as error:
        # An engine's message may quote the value it stumbled over: only its kind is passed on.
        raise InsightError([_engine_fault(type(error).__name__)]) from None
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    progress(f"linkage: {summary.records:,} records are {summary.people:,} people")
    return summary


def method_fingerprint() -> str:
    """Fingerprint of this room's code and of the engines it runs on."""
    return fingerprint(tree_fingerprint(Path(__file__).parent, "*.py"), ENGINE_VERSION)


def _files(evidence: Path | Sequence[Path]) -> list[Path]:
    listed = [evidence] if isinstance(evidence, Path) else list(evidence)
    nested = [sorted(p.rglob("*.parquet")) if p.is_dir() else [p] for p in listed]
    return [path for paths in nested for path in paths]


def _config(settings: Settings, spill: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
        "temp_directory": str(spill),
    }


def _record(
    con: duckdb.DuckDBPyConnection,
    store: Path,
    found: Found,
    previous: Previous | None,
    prints: tuple[str, str],
) -> LinkageSummary:
    """Name the people found, describe them, write the store, count."""
    inputs, method = prints
    night, cause = 1, "first night"
    if previous is not None:
        night = previous.night + 1
        cause = "new evidence" if previous.method == method else "new linkage method"
    events = name(con, store if previous is not None else None, night, cause)
    describe_citizens(con)
    summary = _summary(con, found, night, events)
    written = Previous(inputs, method, night, summary.to_json())
    write_store(con, store, found.model, written)
    return summary


def _summary(
    con: duckdb.DuckDBPyConnection, found: Found, night: int, events: dict[str, int]
) -> LinkageSummary:
    sizes = cluster_sizes(con)
    return LinkageSummary(
        night=night,
        records=sum(size * people for size, people in sizes.items()),
        evidence_rows=number(con, "select count(*) from person_evidence"),
        people=sum(sizes.values()),
        citizens=number(con, "select count(*) from citizen"),
        pairs_scored=number(con, "select count(*) from pair"),
        pairs_by_rule=found.pairs_by_rule,
        cluster_sizes=sizes,
        largest_cluster=max(sizes, default=0),
        created=events.get("created", 0),
        merged=events.get("merged", 0),
        split=events.get("split", 0),
        retired=events.get("retired", 0),
        vetoes=vetoes_applied(con),
        issuers={i.name: "may veto" if i.may_veto else "evidence only" for i in found.issuers},
        model_fingerprint=found.model.fingerprint,
    )


def _engine_fault(kind: str) -> Fault:
    return Fault(
        where="linkage",
        expected="evidence that can be linked",
        found=f"{kind} while linking",
        consequence="the identity store is as it was; no citizen id has changed",
        next_step="check the types of the person_evidence columns against the internal contract",
    )
