"""What the processes of the clock do: make a register, link it, or let the peer link it.

Belongs here: one task a process. Does not belong here: which tasks race, or what they must reach.
Each tells one line of JSON: CPU and time on the clock since its imports were done, and counts.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
THREADS = 2


def _timed(work: Callable[[], Mapping[str, int]]) -> None:
    before, wall = _cpu(), time.perf_counter()
    counts = work()
    line = {
        "cpu_seconds": round(_cpu() - before, 2),
        "wall_seconds": round(time.perf_counter() - wall, 2),
        **counts,
    }
    sys.stdout.write(json.dumps(line) + "\n")


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def _make(about: dict[str, Any]) -> None:
    from linkage.register import make_register, two_nights, write

    def work() -> dict[str, int]:
        if "second" not in about:
            write(make_register(about["records"], about["shape"], about["seed"]), about["first"])
            return {}
        first, second = two_nights(about["records"], about["shape"], about["seed"])
        write(first, about["first"])
        write(second, about["second"])
        return {}

    _timed(work)


def _ours(about: dict[str, Any]) -> None:
    from insight_pipeline.linkage.link import link
    from insight_pipeline.linkage.summary import LinkageInputs
    from insight_pipeline.settings import Settings

    settings = Settings(Path(about["home"]), ROOT, THREADS, about["memory"])
    settings.home.mkdir(parents=True, exist_ok=True)

    def work() -> dict[str, int]:
        found = link(Path(about["evidence"]), settings.identity, LinkageInputs(), settings)
        return {"records": found.records, "people": found.people, "pairs": found.pairs_scored}

    _timed(work)


def _peer(about: dict[str, Any]) -> None:
    from linkage.splink_by_hand import link_by_hand

    from insight_pipeline.linkage.model import files
    from insight_pipeline.settings import Settings

    settings = Settings(Path(about["home"]), ROOT)
    adopted = files.active(settings.models)
    if adopted is None:
        raise SystemExit("the peer blocks within the limits of our model, and there is none")
    limits = files.load(settings.models, adopted.model).model.block_limits
    spill = Path(about["out"]).parent
    _timed(
        lambda: link_by_hand(
            Path(about["evidence"]), limits, Path(about["out"]), about["memory"], THREADS, spill
        )
    )


TASKS: dict[str, Callable[[dict[str, Any]], None]] = {"make": _make, "ours": _ours, "peer": _peer}
