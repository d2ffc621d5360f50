"""One night in a process of its own, under Dagster or as a plain script.

python one_night.py dagster|plain HOME

The plain script prints a line of JSON a stage: wall and CPU seconds, and the most memory this
process held in it (children not counted; the whole night's figure, which counts them, is the
caller's). Both print the release they made.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

ROOT = Path(__file__).parents[2]
TICK = os.sysconf("SC_CLK_TCK")


def main() -> int:
    from insight_pipeline.settings import load_settings

    way, home = sys.argv[1], Path(sys.argv[2])
    settings = load_settings(
        {**os.environ, "INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    )
    if way == "dagster":
        from insight_pipeline.defs.launch import run_nightly

        night = run_nightly(settings)
        if not night.succeeded:
            return 1
    else:
        from insight_pipeline.indicators.catalogue import load_catalogue
        from insight_pipeline.operations.plain_night import run_plain_night

        plain = run_plain_night(settings, load_catalogue(settings), around=_measured)
        if plain.failed:
            return 1
    _say(release=_made(home))
    return 0


@contextmanager
def _measured(stage: str) -> Iterator[None]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew from here
    wall, cpu = time.perf_counter(), _cpu()
    yield
    _say(
        stage=stage,
        wall_seconds=round(time.perf_counter() - wall, 2),
        cpu_seconds=round(_cpu() - cpu, 2),
        peak_mb=_peak_kb() // 1024,
    )


def _cpu() -> float:
    """Seconds of this process and of its children, those that still run included."""
    ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in ended) + sum(map(_running, _children()))


def _children() -> list[str]:
    tasks = Path("/proc/self/task").glob("*/children")
    return [pid for task in tasks for pid in task.read_text().split()]


def _running(pid: str) -> float:
    try:
        fields = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def _peak_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def _made(home: Path) -> dict[str, str]:
    """Hashes of the figures last released and previewed: what both ways must agree on."""
    found = {}
    for store in ("published", "preview"):
        figures = home / store / "latest" / "indicators.csv"
        if figures.exists():
            found[store] = hashlib.sha256(figures.read_bytes()).hexdigest()[:16]
    return found


def _say(**line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
