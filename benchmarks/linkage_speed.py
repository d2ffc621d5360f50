"""What linking takes: against Splink by hand, a night in which 1 % changed against a full run, and
a million records in 4 GB.

Three questions on made-up registers, about 2 and about 40 pairs a record (linkage/register.py):

a. CPU of a full linkage from nothing, training included, against linkage/splink_by_hand.py: a
   script that somebody who knows Splink well would write, with the same blocking rules under the
   same limits and the same comparisons.
b. CPU of the second night against a full run over the same evidence with the same frozen model. The
   partition must be the same, and whoever was not touched must have kept the id, letter by letter.
c. Peak memory of a full linkage.

Every run is a process of its own, measured from when its imports are done. One line of JSON a
measurement; the end is 1 where a target is missed.

    python benchmarks/linkage_speed.py [--records N] [--memory-records N] [--shape …] [--only a b c]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from linkage.measuring import run
from linkage.speed_tasks import TASKS
from linkage.speed_verdicts import Verdicts, same_ids, same_partition

ROOT = Path(__file__).parents[1]
SEED = 20
FULL_TARGET = 1.1
NIGHT_TARGET = {"sparse": 0.15, "dense": 0.06}
MEMORY_TARGET_MB = 4000


def main() -> int:
    options = _options()
    if options.task:
        TASKS[options.task](json.loads(options.about))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        verdicts = Verdicts(options.memory)
        for shape in options.shape:
            if {"a", "b"} & set(options.only):
                _race(Path(folder), shape, options, verdicts)
        if "c" in options.only:
            _fit(Path(folder), options, verdicts)
    if options.results:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        options.results.write_text("\n".join([*verdicts.lines, ""]), encoding="utf-8")
    return int(not verdicts.kept)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--memory-records", type=int, default=1_000_000)
    parser.add_argument("--memory", default="2GB", help="what DuckDB may hold (b and c: all runs)")
    parser.add_argument("--shape", nargs="*", default=list(NIGHT_TARGET), choices=NIGHT_TARGET)
    parser.add_argument("--only", nargs="*", default=["a", "b", "c"], choices=["a", "b", "c"])
    parser.add_argument("--folder", type=Path, help="where the stores are made (else a temporary)")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "home/benchmarks/linkage_speed.jsonl"
    )
    parser.add_argument("--task", choices=TASKS)
    parser.add_argument("--about")
    return parser.parse_args()


def _child(task: str, memory: str, **about: object) -> dict[str, float]:
    """One task in a process of its own; what it says about itself."""
    words = {
        name: str(value) if isinstance(value, Path) else value for name, value in about.items()
    }
    said = json.dumps({**words, "memory": memory})
    done = run([sys.executable, __file__, "--task", task, "--about", said], ROOT, os.environ)
    if done.code:
        raise SystemExit(f"{task} ended with {done.code}")
    answer: dict[str, float] = json.loads(done.output.splitlines()[-1])
    return {**answer, "peak_mb": done.peak_mb}


def _race(folder: Path, shape: str, options: argparse.Namespace, verdicts: Verdicts) -> None:
    """First night and peer on one register, then second night and full run on the changed one."""
    work = folder / shape
    work.mkdir()
    evidence = (work / "first.parquet", work / "second.parquet")
    _child("make", options.memory, records=options.records, shape=shape, seed=SEED,
           first=evidence[0], second=evidence[1])  # fmt: skip
    home, rebuilt = work / "home", work / "rebuilt"
    first = _child("ours", options.memory, evidence=evidence[0], home=home)
    verdicts.measured("ours, first night with training", shape, first)
    if "a" in options.only:
        peer = _child(
            "peer", options.memory, evidence=evidence[0], home=home, out=work / "peer.parquet"
        )
        verdicts.measured("Splink by hand", shape, peer)
        verdicts.ratio("full linkage / Splink by hand", shape, first, peer, FULL_TARGET)
        verdicts.same("pairs", shape, first["pairs"], peer["pairs"])
    if "b" in options.only:
        shutil.copyfile(home / "identity.duckdb", work / "before.duckdb")
        shutil.copytree(home / "models", rebuilt / "models")
        night = _child("ours", options.memory, evidence=evidence[1], home=home)
        verdicts.measured("ours, second night (1 % changed)", shape, night)
        full = _child("ours", options.memory, evidence=evidence[1], home=rebuilt)
        verdicts.measured("ours, full run with the same model", shape, full)
        verdicts.ratio("second night / full run", shape, night, full, NIGHT_TARGET[shape])
        stores = (home / "identity.duckdb", rebuilt / "identity.duckdb")
        verdicts.holds("the partition is that of the full run", shape, same_partition(*stores))
        kept = same_ids(work / "before.duckdb", stores[0], *evidence)
        verdicts.holds("ids of untouched people are bit-identical", shape, kept)
    shutil.rmtree(work)


def _fit(folder: Path, options: argparse.Namespace, verdicts: Verdicts) -> None:
    evidence = folder / "many.parquet"
    for shape in options.shape:
        _child("make", options.memory, records=options.memory_records, shape=shape, seed=SEED,
               first=evidence)  # fmt: skip
        home = folder / f"many-{shape}"
        found = _child("ours", options.memory, evidence=evidence, home=home)
        verdicts.measured(f"ours, {options.memory_records:,} records", shape, found)
        verdicts.below("peak memory in MB", shape, found["peak_mb"], MEMORY_TARGET_MB)
        shutil.rmtree(home)


if __name__ == "__main__":
    raise SystemExit(main())
