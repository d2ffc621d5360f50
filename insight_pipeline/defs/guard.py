"""What every op is wrapped in: no exception text from an engine reaches Dagster.

Belongs here: the boundary. Engine messages can quote values ("could not convert 'Jane'"), and
Dagster stores what it is given: only our own faults, types and code positions pass.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.lock import hold
from insight_pipeline.kernel.trouble import engine_fault
from insight_pipeline.operations.home_version import refuse_newer_home
from insight_pipeline.operations.restore import refuse_half_restored
from insight_pipeline.settings import Settings

OURS_TO_PASS = (
    KeyboardInterrupt,
    SystemExit,
    GeneratorExit,
    dg.DagsterExecutionInterruptedError,
)
PACKAGE = Path(__file__).resolve().parents[1]


@contextmanager
def guarded(settings: Settings) -> Iterator[None]:
    """Run a step while this process holds the home folder; failures come out without values."""
    try:
        refuse_newer_home(settings)
        refuse_half_restored(settings)
        hold(settings.home, settings.temporary)
        yield
    except InsightError as error:
        raise dg.Failure(description=str(error)) from None
    except (dg.DagsterError, *OURS_TO_PASS):
        raise
    except BaseException as error:  # an engine's panic is not an Exception
        raise dg.Failure(description=safe_description(error)) from None


def safe_description(error: BaseException) -> str:
    """What failed in five parts, and where our own code was; never the error's message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        f"{Path(frame.filename).relative_to(PACKAGE)}:{frame.lineno} in {frame.name}"
        for frame in frames
        if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    return "\n".join((str(engine_fault(error, "a step of the night")), *ours))
