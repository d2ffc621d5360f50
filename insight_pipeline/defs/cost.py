"""What a step cost: seconds on the clock, seconds of processors, the most memory held so far.

Belongs here: measuring, and its three metadata keys, the same for every asset. Does not belong
here: comparing installations (benchmarks/). The night is one process: each materialisation carries
what was spent since the one before it in the same step, so that costs add up to the step's.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps

import dagster as dg

Step = Callable[[dg.AssetExecutionContext], Iterator[object]]
WALL, CPU, PEAK = "cost_wall_seconds", "cost_cpu_seconds", "peak_memory_mb"
# getrusage tells kilobytes on Linux, bytes on macOS.
_PER_MEGABYTE = 1_000_000 if sys.platform == "darwin" else 1_000


@dataclass(frozen=True)
class _Spent:
    """Seconds since some start: on the clock, and of processors, ended children's among them."""

    wall: float
    cpu: float


class Meter:
    """Tells what was spent since it was made or last asked."""

    def __init__(self) -> None:
        self._last = _spent()

    def lap(self) -> dict[str, float]:
        """Metadata of what was done since the last lap; memory is the process's high-water mark."""
        now, before = _spent(), self._last
        self._last = now
        return {
            WALL: round(now.wall - before.wall, 3),
            CPU: round(now.cpu - before.cpu, 3),
            PEAK: round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MEGABYTE),
        }


def costed(step: Step) -> Step:
    """A step each of whose materialisations tells its cost."""

    @wraps(step)
    def measured(context: dg.AssetExecutionContext) -> Iterator[object]:
        meter = Meter()
        for result in step(context):
            if isinstance(result, dg.MaterializeResult):
                yield result._replace(metadata={**(result.metadata or {}), **meter.lap()})
                meter.lap()  # what Dagster does with a result is no cost of the next one
            else:
                yield result

    return measured


def _spent() -> _Spent:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return _Spent(time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used))
