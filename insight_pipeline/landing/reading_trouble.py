"""What is said when the process that reads deliveries cannot do its work for reasons of ours.

Belongs here: telling the machine's limits from a file's own. Does not belong here: the process
(reading_desk.py). No delivery is ever refused for a limit that our surroundings set.
"""

from __future__ import annotations

import resource

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.trouble import MachineError, disk_fault

WHERE = "the process that reads deliveries"


def is_held_tighter(memory_bytes: int, file_bytes: int, cpu_seconds: int) -> bool:
    """Whether our surroundings (ulimit, a unit's limits) leave less than a file may take."""
    given = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
    }
    hard = {kind: resource.getrlimit(kind)[1] for kind in given}
    return any(hard[k] != resource.RLIM_INFINITY and hard[k] < given[k] for k in given)


def disk_full(said: str) -> MachineError:
    return MachineError([disk_fault(WHERE, said)])


def not_started(seconds: float) -> MachineError:
    return _stopped(
        expected=f"a process that is ready within {seconds:.0f} seconds",
        found="its end, or no answer in time",
        next_step="check free memory, and limits on memory and processes (ulimit -a); run again",
    )


def held_tighter() -> MachineError:
    return _stopped(
        expected="the memory, size of files and seconds that a delivery may take",
        found="a tighter limit on this process (ulimit, or the limits of its unit), which was met",
        next_step="lift the limit (ulimit -a shows it), then run again",
    )


def _stopped(expected: str, found: str, next_step: str) -> MachineError:
    consequence = "the night stops here; what stood before stands, and no delivery is refused"
    return MachineError([Fault(WHERE, expected, found, consequence, next_step)])
