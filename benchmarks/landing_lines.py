"""Landing a million CSV lines against a bare `read_csv`: CPU, wall and peak memory, as ratios.

Ours: everything the reading process does for a file (encoding, dialect, every line judged, physical
lines counted, rows written as Parquet) and the desk's check. The peer: DuckDB's `read_csv` with
`all_varchar`, into a Parquet file and into a table; it numbers no line and accounts for none. Each
measurement is a process of its own, whose imports are not counted; medians of `ROUNDS`.
One line of JSON for each file. Ends with 1 where a file of `HELD` takes more than `MOST` times the
CPU of either peer.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

ROUNDS = 5
LINES = 1_000_000
FILES = ("no quotes", "5 % of lines quoted", "all fields quoted", "a line break in 5 % of rows")
# Line breaks inside fields are told apart line by line; that file is measured, not held to it.
HELD = FILES[:3]
MOST = 2.0
MEASURED = ("cpu", "wall", "peak_mb")
NAMES = ("Ada Hughes", "Omar Ali", "Zoë Nuñez", "Lena Price", "Tom Okafor", "Mia Wójcik")
COLUMNS = (
    *("ref", "number", "name", "born", "postcode", "phone"),
    *("activity", "day", "fee", "state", "visits", "note"),
)


def fields(number: int, draw: random.Random) -> list[str]:
    """One made-up visit."""
    return [
        f"V{number:07d}",
        str(draw.randrange(10**9, 10**10)),
        draw.choice(NAMES),
        f"{draw.randrange(1940, 2010)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}",
        f"ZA{draw.randrange(1, 99)} {draw.randrange(1, 9)}AB",
        f"07700 900{draw.randrange(1000):03d}",
        draw.choice(["gym", "swim", "class", ""]),
        f"2025-0{draw.randrange(1, 9)}-{draw.randrange(1, 29):02d}",
        f"{draw.randrange(0, 10000) / 100:.2f}",
        draw.choice(["open", "closed"]),
        str(draw.randrange(100)),
        f"note {draw.randrange(10**6)}",
    ]


def write(path: Path, kind: str, lines: int) -> None:
    """A file of one kind; the same on every machine."""
    draw = random.Random(20250703)  # noqa: S311 (sample data, no secret)
    every = kind == FILES[2]
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(COLUMNS) + "\n")
        for number in range(lines):
            row = fields(number, draw)
            if kind == FILES[1] and number % 20 == 0:
                row[-1] = f'"said ""{row[-1]}"", then left"'
            if kind == FILES[3] and number % 20 == 0:
                row[-1] = f'"{row[-1]}\nand left"'
            stream.write(",".join(f'"{cell}"' if every else cell for cell in row) + "\n")


def ours(path: Path, work: Path) -> Callable[[], None]:
    from insight_pipeline.landing.readers.choose import read_content
    from insight_pipeline.landing.reading import ReaderOptions

    def run() -> None:
        content = read_content(path, ReaderOptions(format="csv"), COLUMNS, work / "rows.parquet")
        if not content.conserved:
            raise RuntimeError("a line was lost")

    return run


def bare(path: Path, work: Path, query: str) -> Callable[[], None]:
    import duckdb

    def run() -> None:
        with duckdb.connect() as connection:
            connection.execute(query.format(source=path, target=work / "bare.parquet"))

    return run


def to_parquet(path: Path, work: Path) -> Callable[[], None]:
    return bare(path, work, "copy (from read_csv('{source}', all_varchar=true)) to '{target}'")


def to_table(path: Path, work: Path) -> Callable[[], None]:
    return bare(path, work, "create table t as from read_csv('{source}', all_varchar=true)")


WAYS = {"ours": ours, "read_csv to parquet": to_parquet, "read_csv to table": to_table}


def measure(way: str, path: Path) -> dict[str, float]:
    """Medians of one way over one file, in this very process."""
    with tempfile.TemporaryDirectory() as work:
        run = WAYS[way](path, Path(work))
        cpu, wall = [], []
        for _ in range(ROUNDS):
            used, begun = time.process_time(), time.perf_counter()
            run()
            cpu.append(time.process_time() - used)
            wall.append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "cpu": statistics.median(cpu),
        "wall": statistics.median(wall),
        "peak_mb": peak,
    }


def in_a_process(way: str, path: Path) -> dict[str, float]:
    found = subprocess.run(  # noqa: S603 (this very script)
        [sys.executable, __file__, way, str(path)], capture_output=True, text=True, check=True
    )
    measured: dict[str, float] = json.loads(found.stdout)
    return measured


def at_the_desk(path: Path, work: Path) -> dict[str, float]:
    """Wall seconds of the first file, which starts the reading process, and of the next."""
    from insight_pipeline.landing.reading import ReaderOptions
    from insight_pipeline.landing.reading_desk import ReadingDesk

    seconds = []
    with ReadingDesk() as desk:
        for _ in range(2):
            begun = time.perf_counter()
            desk.read(path, ReaderOptions(format="csv"), COLUMNS, work / "rows.parquet")
            seconds.append(round(time.perf_counter() - begun, 2))
    return {"first_wall": seconds[0], "next_wall": seconds[1]}


def versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("duckdb", "polars", "pyarrow")}


def report(kind: str, path: Path, work: Path) -> dict[str, Any]:
    found = {way: in_a_process(way, path) for way in WAYS}
    mine = found["ours"]
    peers = [way for way in WAYS if way != "ours"]
    held = kind in HELD
    return {
        "benchmark": "landing_lines",
        "file": kind,
        "lines": LINES,
        "columns": len(COLUMNS),
        "seconds_and_mb": {w: {m: round(f[m], 2) for m in MEASURED} for w, f in found.items()},
        "ratio": {p: {m: round(mine[m] / found[p][m], 2) for m in MEASURED} for p in peers},
        "target": f"at most {MOST} in CPU" if held else "none",
        "kept": not held or all(mine["cpu"] <= MOST * found[peer]["cpu"] for peer in peers),
        "desk": at_the_desk(path, work),
        "rounds": ROUNDS,
        "versions": versions(),
    }


def main() -> int:
    if len(sys.argv) == 3:
        click.echo(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
        return 0
    kept = True
    with tempfile.TemporaryDirectory() as work:
        for kind in FILES:
            path = Path(work) / "lines.csv"
            write(path, kind, LINES)
            found = report(kind, path, Path(work))
            kept = kept and found["kept"]
            click.echo(json.dumps(found))
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
