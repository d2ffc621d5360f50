"""Running one process and what it took: CPU, time on the clock, peak memory, by the system's count.

Belongs here: the clock. Does not belong here: what is run.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """`cpu_seconds` and `peak_mb` are of the whole process, its start included."""

    output: str
    code: int
    cpu_seconds: float
    wall_seconds: float
    peak_mb: int


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """The process to its end; what it says on stderr passes through to ours."""
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 (commands of our own)
        list(command), cwd=folder, env=dict(environment), stdout=subprocess.PIPE, text=True
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdout:
        process.stdout.close()
    return Run(
        output=output,
        code=process.returncode,
        cpu_seconds=round(used.ru_utime + used.ru_stime, 2),
        wall_seconds=round(time.perf_counter() - start, 2),
        peak_mb=used.ru_maxrss // 1024,
    )
