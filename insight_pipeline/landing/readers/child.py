"""The process that parses what strangers sent: limited, alone, and free to die.

Belongs here: its limits and its conversation with the desk (../reading_desk.py): one JSON line for
each file asked for, one for each answer, the rejects as a Parquet file beside the rows. Does not
belong here: reading itself. No answer ever carries a value of a file; what the libraries print is
thrown away, because it might.
"""

from __future__ import annotations

import errno
import json
import os
import queue
import resource
import signal
import sys
import threading
import time
import traceback
from dataclasses import asdict
from io import FileIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from insight_pipeline.kernel.trouble import disk_trouble
from insight_pipeline.landing.readers.choose import read_content
from insight_pipeline.landing.reading import ReaderOptions, UnreadableError, rejects_beside

EXCEEDS = "exceeds_limits"
LIMIT_ERRNOS = {errno.ENOMEM, errno.EFBIG}
# Libraries may say it in words only.
LIMIT_WORDS = {os.strerror(errno.EFBIG)}
Limits = dict[str, int]


def main(limits: Limits) -> None:
    """Serve files until the desk, or its whole process, is gone."""
    answers = FileIO(os.dup(sys.stdout.fileno()), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, sys.stdout.fileno())
    os.dup2(silence, sys.stderr.fileno())
    pa.set_cpu_count(pl.thread_pool_size())
    # Who stops the desk with the keyboard does not mean the file.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, limits["memory_bytes"])
    _limit(resource.RLIMIT_FSIZE, limits["file_bytes"])
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    _say(answers, {"ready": True})
    while True:
        request = json.loads(requests.get())
        _allow_cpu(limits["cpu_seconds"])
        answer = _answer(request)
        _say(answers, answer)
        if answer.get("unreadable") == EXCEEDS:
            os._exit(0)  # what ran out of memory once is not whole any more


def _listen(requests: queue.SimpleQueue[bytes]) -> None:
    """Hand requests on; when the desk is gone there is nobody left to read for."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def _limit(kind: int, amount: int) -> None:
    """Lower a limit of this process; one that is lower already stays."""
    _, hard = resource.getrlimit(kind)
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(kind, (amount, amount))


def _allow_cpu(seconds: int) -> None:
    """Move the soft limit on: so many seconds for this file, whatever the others took."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(time.process_time()) + 1 + seconds
    resource.setrlimit(
        resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )


def _say(answers: FileIO, answer: dict[str, Any]) -> None:
    line = json.dumps(answer).encode() + b"\n"
    while line:  # a pipe may take a part
        line = line[answers.write(line) :]


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return _read(request)
    except UnreadableError as error:
        return {"unreadable": error.code}
    except MemoryError:
        return {"unreadable": EXCEEDS, "limit": True}
    except (Exception, pl.exceptions.PanicException) as error:
        if getattr(error, "errno", None) in LIMIT_ERRNOS or disk_trouble(error) in LIMIT_WORDS:
            return {"unreadable": EXCEEDS, "limit": True}
        return {"error": f"{type(error).__name__} {_place(error)}", "disk": disk_trouble(error)}


def _place(error: BaseException) -> str:
    """Where our own code was when it failed; never the error's words, which may hold values."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "insight_pipeline" in frame.filename
    ]
    return f"in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""


def _read(request: dict[str, Any]) -> dict[str, Any]:
    rows = Path(request["rows"])
    options = ReaderOptions.model_validate_json(request["options"])
    content = read_content(Path(request["path"]), options, tuple(request["promised"]), rows)
    if content.rejects.height:
        content.rejects.write_parquet(rejects_beside(rows))
    return {
        "content": {
            "columns": content.columns,
            "accepted": content.accepted,
            "rejected": content.rejects.height,
            "duplicate_columns": content.duplicate_columns,
            "notes": content.notes,
            "lines": asdict(content.lines),
        }
    }
