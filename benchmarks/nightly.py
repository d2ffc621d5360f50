"""What Dagster adds to a night: the night under Dagster against the same rooms as a plain script.

Three nights at each size: cold (everything is new), unchanged (run again), and with 1 % of the
standing rows of seven feeds corrected and sent again (nightly_parts/corrections.py). Two homes with
the same inbox live the same nights, one under Dagster with its records on disk, one as a script
that calls the same functions in the order of the graph; each night is a process of its own from
start to end, and the two take turns. Both must publish the same figures, to the byte. Ends with 1
where they differ or where Dagster adds more than the target at the sizes it is set for.

    python benchmarks/nightly.py [--citizens 20000,100000,300000] [--months N] [--unchanged-runs N]
                                 [--folder FOLDER] [--results FILE]

With --results every line is also added to that file, and a size that stands finished there is left
out: a run may be stopped at any time and started again. Progress goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from nightly_parts.corrections import send_corrections

ONE_NIGHT = Path(__file__).parent / "nightly_parts" / "one_night.py"
SIZES = "20000,100000,300000"
WAYS = ("dagster", "plain")
MOST = 0.15
HELD_FROM = 100_000  # below, start-up alone is a large part of a short night
MONTHS = 30
Measured = dict[str, Any]


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that folders are removed
    kept = True
    for citizens in options.citizens:
        done = _finished(options.results, citizens)
        if done is None:
            with tempfile.TemporaryDirectory(dir=options.folder, prefix="nightly-") as folder:
                done = _size(Path(folder), citizens, options)
        else:
            _note(f"{citizens:,} citizens: finished before, left out")
        kept = kept and done
    return int(not kept)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--citizens", default=SIZES, type=lambda t: [int(n) for n in t.split(",")])
    parser.add_argument("--months", type=int, default=MONTHS)
    parser.add_argument("--unchanged-runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="Where the homes rest meanwhile.")
    parser.add_argument("--results", type=Path, help="A file that keeps every line.")
    return parser.parse_args()


def _finished(results: Path | None, citizens: int) -> bool | None:
    """Whether a size kept its target in an earlier run; None where it did not finish."""
    if results is None or not results.is_file():
        return None
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    done = [x for x in lines if x.get("what") == "finished" and x["citizens"] == citizens]
    return bool(done[-1]["kept"]) if done else None


def _size(folder: Path, citizens: int, options: argparse.Namespace) -> bool:
    begun = time.monotonic()
    homes = {way: folder / way for way in WAYS}
    _simulate(homes["dagster"], citizens, options.months)
    shutil.copytree(homes["dagster"], homes["plain"])
    kept = _compare("cold", citizens, homes, 1, options)
    kept &= _compare("unchanged", citizens, homes, options.unchanged_runs, options)
    changed = [send_corrections(home) for home in homes.values()]
    sent = {"rows_changed": changed[0][0], "rows_standing": changed[0][1]}
    kept &= changed[0] == changed[1]
    kept &= _compare("1 % changed", citizens, homes, 1, options, **sent)
    sizes = {f"{way}_home_mb": _folder_mb(home) for way, home in homes.items()}
    sizes["dagster_records_mb"] = _folder_mb(homes["dagster"] / "dagster")
    minutes = round((time.monotonic() - begun) / 60, 1)
    _say(options, what="finished", citizens=citizens, kept=kept, minutes=minutes, **sizes)
    return kept


def _simulate(home: Path, citizens: int, months: int) -> None:
    _note(f"{citizens:,} citizens, {months} months: simulating")
    program = "from insight_pipeline.cli.main import main; main()"
    arguments = ["simulate", "--citizens", str(citizens), "--months", str(months)]
    command = [sys.executable, "-c", program, *arguments]
    environment = {**os.environ, "INSIGHT_HOME": str(home)}
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603


def _compare(
    night: str,
    citizens: int,
    homes: dict[str, Path],
    runs: int,
    options: argparse.Namespace,
    **also: int,
) -> bool:
    """Both ways through one kind of night; whether figures agree and the target is kept."""
    found: dict[str, list[Measured]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for way in WAYS:
            _note(f"{citizens:,} citizens, {night}: {way}")
            found[way].append(_night(way, homes[way]))
    middle = {way: _middle(measured) for way, measured in found.items()}
    about: Measured = {"citizens": citizens, "night": night, "runs": runs}
    for stage in found["plain"][-1]["stages"]:
        _say(options, **about, **stage)
    for way in WAYS:
        _say(options, **about, way=way, load=round(os.getloadavg()[0], 1), **middle[way])
    same = len({json.dumps(one["release"]) for each in found.values() for one in each}) == 1
    over = {
        f"overhead_{name}": round(middle["dagster"][name] / middle["plain"][name] - 1, 3)
        for name in ("wall_seconds", "cpu_seconds")
    }
    held = citizens >= HELD_FROM
    kept = same and (not held or over["overhead_wall_seconds"] <= MOST)
    target = f"at most {MOST} of the wall time" if held else f"none below {HELD_FROM:,} citizens"
    _say(options, **about, **also, **over, same_figures=same, target=target, kept=kept)
    return kept


def _night(way: str, home: Path) -> Measured:
    """A night in a process of its own: wall, CPU with all its children's, its largest process."""
    command = [sys.executable, str(ONE_NIGHT), way, str(home)]
    log = home.with_name(f"{way}.log")
    with log.open("ab") as errors, tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=errors)  # noqa: S603
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        wall = time.perf_counter() - begun
        said.seek(0)
        lines = [json.loads(line) for line in said.read().splitlines() if line.startswith(b"{")]
    if status:
        raise SystemExit(f"the {way} night failed:\n{log.read_text(errors='replace')[-3000:]}")
    return {
        "wall_seconds": wall,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss // 1024,
        "stages": [line for line in lines if "stage" in line],
        "release": lines[-1]["release"],
    }


def _middle(measured: list[Measured]) -> Measured:
    names = ("wall_seconds", "cpu_seconds", "peak_mb")
    return {name: round(statistics.median(one[name] for one in measured), 2) for name in names}


def _folder_mb(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) >> 20


def _say(options: argparse.Namespace, **line: object) -> None:
    versions = {name: version(name) for name in ("dagster", "duckdb")}
    text = json.dumps({"benchmark": "nightly", **line, "versions": versions}) + "\n"
    sys.stdout.write(text)
    sys.stdout.flush()
    if options.results is not None:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        with options.results.open("a", encoding="utf-8") as stream:
            stream.write(text)


def _note(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
