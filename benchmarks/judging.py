"""Judging 1 million rows by 27 rules, every failing row listed: ours against two peers.

Ours is `examine` and `write_issues`: the pass, Great Expectations as its judge, counts of repairs
and a profile besides. The peers: SQL written by hand for these very rules, and Great Expectations'
own expectations on pandas. All start from the rows as the reader left them (reading is measured in
landing_lines.py) and must write the same list: line, column, code, severity, cell and key. Each run
is a process of its own; importing and a first run on ten rows come before the clock starts.

    python benchmarks/judging.py [--rows N] [--runs N]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
import polars as pl

CONTESTANTS = ("ours", "hand_written", "gx_on_pandas")
LIST = "line, column_name, code, severity, value, key"
WARM_ROWS = 10


def main() -> int:
    options = _options()
    if options.contestant:
        say(_measured(options.contestant, options.file, options.issues))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return _compete(Path(folder), options.rows, options.runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--contestant", choices=CONTESTANTS)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--issues", type=Path)
    return parser.parse_args()


def say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _compete(folder: Path, rows: int, runs: int) -> int:
    from judging_parts import delivery

    file = folder / "rows.parquet"
    delivery.write_rows(file, rows)
    medians: dict[str, dict[str, float]] = {}
    for contestant in CONTESTANTS:
        # The slow peer runs once: its minutes do not hang on chance.
        times = 1 if contestant == "gx_on_pandas" else runs
        results = [_run(contestant, file, folder) for _ in range(times)]
        middle = {key: statistics.median(one[key] for one in results) for key in results[0]}
        medians[contestant] = middle
        about = {"contestant": contestant, "rows": rows, "rules": 27, "runs": times}
        say({"benchmark": "judging", **about, **middle})
    same = _same_lists(folder)
    say({"benchmark": "judging", "what": "all three lists are the same", "kept": same})
    return int(not (_ratios(medians) and same))


def _run(contestant: str, file: Path, folder: Path) -> dict[str, float]:
    issues = folder / f"{contestant}.parquet"
    command = [sys.executable, __file__, "--contestant", contestant, "--file", str(file)]
    done = subprocess.run(  # noqa: S603 (this very file)
        [*command, "--issues", str(issues)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _ratios(middle: dict[str, dict[str, float]]) -> bool:
    """CPU against the hand-written SQL; time on the clock against the slow peer, and its CPU."""
    ours, hand, slow = (middle[name] for name in CONTESTANTS)
    cpu = ours["cpu_seconds"] / hand["cpu_seconds"]
    clock = slow["wall_seconds"] / ours["wall_seconds"]
    cheaper = slow["cpu_seconds"] / ours["cpu_seconds"]
    say(
        {
            "benchmark": "judging",
            "what": "CPU of ours / of hand_written",
            "ratio": round(cpu, 2),
            "target": "at most 1.5",
            "kept": cpu <= 1.5,
        }
    )
    say(
        {
            "benchmark": "judging",
            "what": "time of gx_on_pandas / of ours",
            "ratio": round(clock, 1),
            "target": "at least 15",
            "kept": clock >= 15,
        }
    )
    say(
        {
            "benchmark": "judging",
            "what": "CPU of gx_on_pandas / of ours",
            "ratio": round(cheaper, 1),
        }
    )
    return cpu <= 1.5 and clock >= 15


def _same_lists(folder: Path) -> bool:
    lists = [
        f"select {LIST} from '{folder}/{name}.parquet'"  # noqa: S608 (names of our own)
        for name in CONTESTANTS
    ]
    ours, *peers = (duckdb.sql(one) for one in lists)
    rows = ours.filter("line is not null")
    return all(
        len(one.except_(other)) == 0
        for peer in peers
        for one, other in ((rows, peer), (peer, rows))
    )


def _measured(contestant: str, file: Path, issues: Path) -> dict[str, object]:
    """CPU and wall seconds of one run in this process, and its peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        few = work / "few.parquet"
        pl.read_parquet(file, n_rows=WARM_ROWS).write_parquet(few)
        return _clocked(PREPARE[contestant](work), few, file, issues)


def _clocked(
    judge: Callable[[Path, Path], None], few: Path, file: Path, issues: Path
) -> dict[str, object]:
    judge(few, issues)
    before, wall = _cpu(), time.perf_counter()
    judge(file, issues)
    return {
        "cpu_seconds": round(_cpu() - before, 2),
        "wall_seconds": round(time.perf_counter() - wall, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "issues": pl.scan_parquet(issues).select(pl.len()).collect().item(),
    }


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def _ours(work: Path) -> Callable[[Path, Path], None]:
    from judging_parts import ours

    return ours.judge_in(work)


def _hand_written(work: Path) -> Callable[[Path, Path], None]:
    from judging_parts import delivery, hand_written, ours

    from insight_pipeline.sql.runner import install_macros

    def judge(file: Path, issues: Path) -> None:
        with ours.connection(work) as connection:
            install_macros(connection, delivery.law().macros)
            hand_written.list_issues(connection, file, issues)

    return judge


def _gx_on_pandas(work: Path) -> Callable[[Path, Path], None]:
    del work
    from judging_parts import gx_on_pandas

    return gx_on_pandas.list_issues


PREPARE = {"ours": _ours, "hand_written": _hand_written, "gx_on_pandas": _gx_on_pandas}

if __name__ == "__main__":
    raise SystemExit(main())
