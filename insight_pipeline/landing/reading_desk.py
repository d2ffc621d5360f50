"""The desk where deliveries are read: files are parsed in a process of their own, within limits.

Belongs here: that process, its end, and the check that no line was lost. Does not belong here:
parsing (readers/). Files are untrusted: one may exhaust memory, loop, or bring the parser down.
Then it is unreadable, and the next one finds a fresh process. A file is refused for good only for
what it does itself: its process ran into a limit of its own, or crashed twice. What the machine may
have done (SIGKILL, as when memory runs out elsewhere, or no answer in time) is tried once more and
then is our failure, not the file's.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl
import pyarrow.parquet as pq

from insight_pipeline.landing.reading import (
    Content,
    Lines,
    ReaderOptions,
    UnreadableError,
    no_rejects,
    rejects_beside,
)
from insight_pipeline.landing.reading_trouble import (
    disk_full,
    held_tighter,
    is_held_tighter,
    not_started,
)

PACKAGE_PARENT = Path(__file__).parents[2]
START_SECONDS = 120.0
# Each thread of each library reserves memory of its own, which counts against the limit.
THREADS = str(min(os.cpu_count() or 1, 4))
# Nothing of our own environment, which may hold secrets, is for a process that strangers' files
# may take over.
ENVIRONMENT = {
    "PATH": os.defpath,
    "PYTHONUTF8": "1",
    "MALLOC_ARENA_MAX": "2",
    "POLARS_MAX_THREADS": THREADS,
    "OMP_NUM_THREADS": THREADS,
}
# -P keeps the readers' csv.py from standing in for Python's; packages are where they are for us.
PROGRAM = (
    "import json, sys; paths, limits = map(json.loads, sys.argv[1:]); "
    "sys.path += [path for path in paths if path not in sys.path]; "
    "from insight_pipeline.landing.readers.child import main; main(limits)"
)
# Signals that end a process for what it does: out of its seconds of CPU; a crash, as of native
# code that gets no memory, which may also be bad luck and counts when it happens twice.
OUT_OF_CPU = signal.SIGXCPU
CRASHES = {signal.SIGSEGV, signal.SIGABRT}
OUT_OF_TIME = 0
NO_SIGNAL = -1
EXCEEDS = "exceeds_limits"
END_SECONDS = 1.0
PIPE_BYTES = 1 << 16


@dataclass(frozen=True)
class Limits:
    """What reading one file may take."""

    memory_bytes: int = 4 << 30
    cpu_seconds: int = 300
    wall_seconds: float = 600.0
    file_bytes: int = 16 << 30


@lru_cache(maxsize=1)
def shared_desk() -> ReadingDesk:
    """The desk of this whole process: starting its child takes longer than reading most files."""
    desk = ReadingDesk()
    atexit.register(desk.close)
    return desk


class ReadingDesk:
    """Reads many files in turn; its process is started for the first one and lives on."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it does."""
        child, self._child = self._child, None
        if child:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()

    def read(
        self, path: Path, options: ReaderOptions, promised: Sequence[str], rows: Path
    ) -> Content:
        """Read `path`, writing its rows to `rows`; UnreadableError when nobody could.

        promised: names a contract knows, to find the header and the delimiter by.
        """
        if not path.exists():
            # Readers call what they cannot open unreadable; bytes that we lost are our own fault.
            raise FileNotFoundError(path)
        request = {
            "path": str(path.resolve()),
            "options": options.model_dump_json(),
            "promised": list(promised),
            "rows": str(rows.resolve()),
        }
        answer = self._ask(request)
        if "unreadable" in answer:
            limits = self._limits
            given = (limits.memory_bytes, limits.file_bytes, limits.cpu_seconds)
            if answer.get("limit") and is_held_tighter(*given):
                raise held_tighter()
            raise UnreadableError(answer["unreadable"])
        if "error" in answer:
            if answer["disk"]:
                raise disk_full(answer["disk"])
            raise RuntimeError(f"the reader failed: {answer['error']}")
        return _checked(answer["content"], rows)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer, if need be of a second process; whatever ended one, the next is fresh."""
        ends: list[int] = []
        while len(ends) < 2:
            answer = self._try(request)
            if not isinstance(answer, int):
                return answer
            ends.append(answer)
            if answer == OUT_OF_CPU:
                return {"unreadable": EXCEEDS, "limit": True}
            if answer not in {OUT_OF_TIME, signal.SIGKILL, *CRASHES}:
                break
        if CRASHES.issuperset(ends):
            return {"unreadable": EXCEEDS, "limit": True}
        raise RuntimeError(f"the reading process was ended or took too long (signals {ends})")

    def _try(self, request: dict[str, Any]) -> dict[str, Any] | int:
        """The answer of one process, or how it ended: a signal, NO_SIGNAL or OUT_OF_TIME."""
        try:
            child = self._child_at_work()
            _send(child, request)
            answer = _receive(child, self._limits.wall_seconds)
        except BaseException:
            self.close()  # a late answer would be taken for that to the next file
            raise
        if answer is None:
            end = _end_of(child)
            self.close()
            return end
        if answer.get("unreadable") == EXCEEDS:
            self.close()
        return answer

    def _child_at_work(self) -> subprocess.Popen[bytes]:
        """The process; a new one when there is none, or when it ended between two files."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            paths = [str(PACKAGE_PARENT), *filter(None, sys.path)]
            arguments = [json.dumps(paths), json.dumps(asdict(self._limits))]
            self._child = subprocess.Popen(  # noqa: S603 (our own program)
                [sys.executable, "-P", "-c", PROGRAM, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
            )
            if _receive(self._child, START_SECONDS) is None:
                raise not_started(START_SECONDS)
        return self._child


def _end_of(child: subprocess.Popen[bytes]) -> int:
    try:
        code = child.wait(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        return OUT_OF_TIME  # still at work
    return -code if code < 0 else NO_SIGNAL


def _send(child: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
    assert child.stdin is not None  # noqa: S101 (narrows the type)
    try:
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        raise RuntimeError("the reading process is gone") from None


def _receive(child: subprocess.Popen[bytes], seconds: float) -> dict[str, Any] | None:
    """One answer; none when the process ended first, or when time ran out."""
    assert child.stdout is not None  # noqa: S101 (narrows the type)
    pipe = child.stdout.fileno()
    until = time.monotonic() + seconds
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        block = os.read(pipe, PIPE_BYTES) if ready else b""
        if not block:
            return None
        line += block
    answer: dict[str, Any] = json.loads(line)
    return answer


def _checked(found: dict[str, Any], rows: Path) -> Content:
    """The content, once the files bear the answer out and every line is accounted for."""
    beside = rejects_beside(rows)
    rejects = pl.read_parquet(beside) if found["rejected"] else no_rejects()
    beside.unlink(missing_ok=True)
    content = Content(
        rows=rows,
        columns=tuple(found["columns"]),
        accepted=pq.ParquetFile(rows).metadata.num_rows,
        rejects=rejects,
        duplicate_columns=tuple(found["duplicate_columns"]),
        notes=tuple(found["notes"]),
        lines=Lines(**found["lines"]),
    )
    if not content.conserved or rejects.height != found["rejected"]:
        # Counts only: this ends up in logs.
        raise RuntimeError(
            f"lines were lost or found: {content.lines}, {content.accepted} rows, "
            f"{rejects.height} rejects"
        )
    return content
