"""What a run shows on the console: one line a step, with seconds since the start.

Belongs here: the console logger. Dagster's own event lines stay in its event log, where the UI
shows them.
"""

from __future__ import annotations

import logging
import sys
import time

import dagster as dg


class _Lines(logging.Formatter):
    def __init__(self) -> None:
        super().__init__()
        self._start = time.monotonic()

    def format(self, record: logging.LogRecord) -> str:
        meta = getattr(record, "dagster_meta", {})
        message = meta.get("orig_message") or record.getMessage()
        message += _reason(meta.get("dagster_event"))
        step = meta.get("step_key") or ""
        mark = "" if record.levelno <= logging.INFO else f"{record.levelname} "
        return f"{time.monotonic() - self._start:7.1f} s  {step:<42} {mark}{message}"


def _reason(event: dg.DagsterEvent | None) -> str:
    """Why a step failed: our guard's words, or Dagster's own (it sees no data)."""
    if event is None or not event.is_step_failure:
        return ""
    failure = event.step_failure_data
    given = failure.user_failure_data.description if failure.user_failure_data else None
    dagster = failure.error.message.strip() if failure.error else ""
    return f"\n{given or dagster}"


def _is_ours(record: logging.LogRecord) -> bool:
    """Keep what our steps say, and steps or runs that failed; drop Dagster's bookkeeping."""
    event = getattr(record, "dagster_meta", {}).get("dagster_event")
    return event is None or record.levelno >= logging.ERROR


@dg.logger(config_schema=None, description="One line a step on standard error.")
def progress(_: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("insight", level=logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    handler.addFilter(_is_ours)
    logger.addHandler(handler)
    return logger
