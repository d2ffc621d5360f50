"""A reader that never stops: opens what `latest` points at and compares its files, again and again.

    python reading_loop.py PUBLISHED STOP

Ends with 0 and the number of times it read when the file STOP appears; with a traceback when
anything it read did not belong together.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import duckdb

TOTALS = "select count(*), sum(numerator), sum(denominator) from"


def read_once(published: Path) -> None:
    folder = (published / "latest").resolve(strict=True)
    with duckdb.connect(str(folder / "indicators.duckdb"), read_only=True) as opened:
        in_database = opened.execute(f"{TOTALS} figure").fetchall()
        release = opened.execute("select release from release").fetchall()
    content = (folder / "indicators.csv").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert f"{digest}  indicators.csv" in sums
    assert duckdb.execute(f"{TOTALS} '{folder / 'indicators.csv'}'").fetchall() == in_database
    assert release == [(folder.name,)]
    pointer = json.loads((published / "latest.json").read_text(encoding="utf-8"))
    assert (published / pointer["path"] / "SHA256SUMS").is_file()


def main(published: Path, stop: Path) -> None:
    times = 0
    while not stop.exists():
        read_once(published)
        times += 1
    sys.stdout.write(str(times))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
