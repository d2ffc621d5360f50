"""A small night as a program of its own, and the surroundings it can be started in.

Belongs here: the child, and the environment it gets. Does not belong here: what is compared
(test_surroundings.py). Started as `python -m tests.faults.surrounded <home> <project>`, it prints
as JSON what a home holds afterwards.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from insight_pipeline.contracts.judging import activation
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.settings import load_settings
from tests.conftest import ROOT
from tests.faults.rooms import ROOMS
from tests.faults.stores import contents
from tests.unit.publication.conftest import leave_out_pages

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
LOCALES = Path("/usr/share/i18n/locales")
# What a child without libfaketime starts with: Python's own clocks, moved by as many seconds.
_MOVED = """
import datetime, os, time
_by = float(os.environ["MOVED_BY_SECONDS"])
_time, _now = time.time, datetime.datetime
time.time = lambda: _time() + _by
time.time_ns = lambda: int(time.time() * 1e9)
class _Moved(_now):
    @classmethod
    def now(cls, tz=None):
        return _now.fromtimestamp(time.time(), tz)
    @classmethod
    def utcnow(cls):
        return _now.utcfromtimestamp(time.time())
class _Day(datetime.date):
    @classmethod
    def today(cls):
        return _now.fromtimestamp(time.time()).date()
datetime.datetime, datetime.date = _Moved, _Day
"""


@dataclass(frozen=True)
class Surroundings:
    """What a night must not notice. clock: local time at which it seems to start."""

    name: str
    timezone: str = "UTC"
    clock: str | None = None
    locale: str = "C.UTF-8"
    hash_seed: str = "0"
    threads: int = 2
    umask: int = 0o022
    is_elsewhere: bool = False
    more: Mapping[str, str] = field(default_factory=dict)


def run(around: Surroundings, home: Path, project: Path, scratch: Path) -> dict[str, str]:
    """What a home holds after a night in these surroundings: path → hash of its content."""
    scratch.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": around.hash_seed,
        "TZ": around.timezone,
        "LC_ALL": around.locale,
        "LANG": around.locale,
        "INSIGHT_HOME": str(home),
        "INSIGHT_PROJECT": str(project),
        "INSIGHT_THREADS": str(around.threads),
        "INSIGHT_RELEASE_FREQUENCY": "nightly",
        **_locale(around.locale, scratch),
        **around.more,
    }
    if around.clock:
        environment |= _clock(around.clock, environment, scratch)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.surrounded"],
        cwd=scratch if around.is_elsewhere else ROOT,
        env=environment,
        umask=around.umask,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{around.name}\n{done.stderr[-3000:]}"
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def _clock(clock: str, environment: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The far clock: by Debian's libfaketime, or without it in Python alone."""
    if FAKETIME.exists():
        return {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": f"@{clock}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
    print_seconds = ["date", "-d", clock, "+%s"]
    at = subprocess.check_output(print_seconds, env=environment, text=True)
    now = subprocess.check_output(["date", "+%s"], text=True)
    (scratch / "sitecustomize.py").write_text(_MOVED, encoding="utf-8")
    return {
        "PYTHONPATH": f"{scratch}{os.pathsep}{environment['PYTHONPATH']}",
        "MOVED_BY_SECONDS": str(int(at) - int(now)),
    }


def _locale(name: str, scratch: Path) -> dict[str, str]:
    """A folder with the locale, made from Debian's sources where they are; else its name alone."""
    language, _, charset = name.partition(".")
    if not (LOCALES / language).exists() or language in ("C", "POSIX"):
        return {}
    made = scratch / "locales"
    made.mkdir(exist_ok=True)
    command = ["localedef", "-i", language, "-f", charset or "UTF-8", str(made / name)]
    subprocess.run(command, check=False, capture_output=True)
    return {"LOCPATH": str(made)}


def _night() -> dict[str, str]:
    """Run every room in this process, without pages; whoever calls gave a home its drops."""
    settings = load_settings()
    catalogue = load_catalogue(settings)
    given = Agreement(0, 0, frozenset(), frozenset(), frozenset())
    agreed: Callable[..., Agreement] = lambda *asked: given  # noqa: E731
    with pytest.MonkeyPatch.context() as patch:
        leave_out_pages(patch)
        patch.setattr(activation, "agreement", agreed)
        for room in ROOMS.values():
            room(catalogue, settings)
    return contents(settings.home)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_night()) + "\n")
