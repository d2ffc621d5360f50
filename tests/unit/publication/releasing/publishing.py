"""A warehouse in a file, published by a process of its own that may be killed on the way.

    python publishing.py WAREHOUSE HEADERS HOME [MODULE.FUNCTION [CALL]]

The process ends by SIGKILL as soon as that function has returned for the CALL-th time (once where
no number is given). Pages are one small file: what is tested is how releases come into place.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.publication import release
from insight_pipeline.publication.releasing import building
from insight_pipeline.settings import Settings

AS_OF = date(2025, 6, 30)
ROOT = Path(__file__).parents[4]
RELEASING = "insight_pipeline.publication.releasing"


@dataclass(frozen=True)
class Warehouse:
    """A warehouse's file and the headers of its indicators, for other processes."""

    path: Path
    headers: Path

    def publish(self, home: Path, *killed_after: str) -> int:
        """Exit code of a process that publishes it, negative where a signal ended it."""
        done = subprocess.run(
            [sys.executable, __file__, str(self.path), str(self.headers), str(home), *killed_after],
            env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))},
            check=False,
        )
        return done.returncode


def save(
    connection: duckdb.DuckDBPyConnection, headers: Mapping[str, IndicatorHeader], folder: Path
) -> Warehouse:
    """What a connection holds in memory, as files."""
    found = Warehouse(folder / "warehouse.duckdb", folder / "headers.json")
    found.path.unlink(missing_ok=True)
    connection.execute(f"attach '{found.path}' as copy_of_it")
    connection.execute("copy from database memory to copy_of_it")
    connection.execute("detach copy_of_it")
    said = {name: header.model_dump(mode="json") for name, header in headers.items()}
    found.headers.write_text(json.dumps(said), encoding="utf-8")
    return found


def _die_after(function: str, call: int) -> None:
    module, name = function.rsplit(".", 1)
    place = import_module(module)
    original: Callable[..., Any] = getattr(place, name)
    calls = 0

    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        result = original(*arguments, **named)
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(place, name, dying)


def _one_page(folder: Path, settings: Settings) -> None:
    page = folder / "site" / "indicators" / "kept.html"
    page.parent.mkdir(parents=True)
    page.write_text("<title>Kept</title><body><p>40 in 100</p></body>", encoding="utf-8")


def _nothing(folder: Path, settings: Settings) -> bool:
    return False


def main(warehouse: str, headers: str, home: str, function: str = "", call: str = "1") -> None:
    building.write_site = _one_page
    # Whoever edits the code while the tests run does not change what they compare.
    release.provenance = lambda settings: {}
    for step in ("write_open_data", "write_explore", "scan_release"):
        setattr(building, step, _nothing)
    if function:
        _die_after(function, int(call))
    said = json.loads(Path(headers).read_text(encoding="utf-8"))
    known = {
        name: IndicatorHeader.model_validate_json(json.dumps(each)) for name, each in said.items()
    }
    settings = Settings(home=Path(home), project=ROOT, release_frequency="nightly")
    with duckdb.connect(warehouse, read_only=True) as connection:
        release.publish(connection, known, settings, AS_OF)


if __name__ == "__main__":
    main(*sys.argv[1:])
