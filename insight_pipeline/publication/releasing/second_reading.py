"""A finished release is read again by a fresh process, as its readers will, before anybody sees it.

Belongs here: that process and what it answers. Does not belong here: what it reads (reading.py). In
the process that wrote them, files can look sound because of what it still holds in memory: caches,
open databases, loaded extensions.

    python -m insight_pipeline.publication.releasing.second_reading FOLDER
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.releasing.reading import read_release
from insight_pipeline.settings import Settings, load_settings

SOUND, FAULTY = 0, 1


def read_again(folder: Path, settings: Settings) -> None:
    """Have every file of `folder` read by another process; an InsightError names what is wrong."""
    # Packages are where they are for us, also where nothing is installed.
    environment = {**settings.environment(), "PYTHONPATH": ":".join(filter(None, sys.path))}
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-P", "-m", __name__, str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode not in (SOUND, FAULTY):
        raise_all([_no_answer(done.returncode)])
    raise_all(Fault(**fault) for fault in _answer(done.stdout))


def _answer(output: bytes) -> list[dict[str, Any]]:
    try:
        answer: list[dict[str, Any]] = json.loads(output)
    except ValueError:
        raise_all([_no_answer(FAULTY)])
        raise
    return answer


def _no_answer(code: int) -> Fault:
    return Fault(
        where="publication: release read again",
        expected="an answer of the process that reads it",
        found=f"its end with code {code}",
        consequence="the release is thrown away, the last one stays",
        next_step="check free memory and disk space, then run again",
    )


def main(arguments: list[str]) -> int:
    """Answer with every fault, as JSON on standard output, and with 0 where there is none."""
    faults = read_release(Path(arguments[0]), load_settings())
    sys.stdout.buffer.write(json.dumps([asdict(fault) for fault in faults]).encode())
    return FAULTY if faults else SOUND


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
