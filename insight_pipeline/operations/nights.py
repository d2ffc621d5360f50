"""How nights went: one small file a night, written when it starts and replaced when it ends.

Belongs here: those records, and whether one is at work now. Does not belong here: what follows from
them (incidents/, digest/), or when a night is due (timetable.py). A night that is killed leaves a
record with a start and no end: that is how it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.settings import Settings

# As many of the newest records as anybody asks about: two months of nights.
READ = 60
# A run of the daemon holds the home a little later than it says that it has started.
UNTIL_IT_HOLDS = timedelta(minutes=5)


class Outcome(StrEnum):
    """How a night ended. killed: it came to no end of its own."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    KILLED = "killed"


class FailedCheck(StrictModel):
    """A check of ERROR severity that failed: asset (`schema.table`) and its name."""

    asset: str
    check: str


class NightFault(StrictModel):
    """One thing that kept a drop from being received, in five parts (kernel/errors.py)."""

    where: str
    expected: str
    found: str
    consequence: str
    next_step: str


class Ending(StrictModel):
    """What a night came to. failed_steps: names of the steps that failed."""

    outcome: Outcome
    failed_steps: tuple[str, ...] = ()
    failed_checks: tuple[FailedCheck, ...] = ()
    faults: tuple[NightFault, ...] = ()


class Before(StrictModel):
    """How things stood when a night began, so that what it changed can be told.

    ledger_no: the last night in the ledger of figures. release: the newest release.
    """

    ledger_no: int | None = None
    release: str | None = None


class Night(StrictModel):
    """One run of the nightly job. by: `command` (insight nightly) or `daemon`."""

    run_id: str
    by: str
    started_at: datetime
    before: Before = Before()
    ended_at: datetime | None = None
    ending: Ending | None = None

    @property
    def is_good(self) -> bool:
        return self.ending is not None and self.ending.outcome is Outcome.SUCCEEDED


def nights_folder(settings: Settings) -> Path:
    return settings.home / "operations" / "nights"


def read_nights(settings: Settings) -> tuple[Night, ...]:
    """The newest records, newest first; none before the first night."""
    paths = sorted(nights_folder(settings).glob("*.json"), reverse=True)[:READ]
    found = [load_json(path, Night) for path in paths]
    return tuple(sorted(found, key=lambda night: (night.started_at, night.run_id), reverse=True))


def begin_night(settings: Settings, run_id: str, by: str, at: datetime, before: Before) -> bool:
    """Record that a night has started; a second word about the same run changes nothing.

    Whether it was the first word.
    """
    is_new = _recorded(settings, run_id) is None
    if is_new:
        _write(settings, Night(run_id=run_id, by=by, started_at=at, before=before))
    return is_new


def is_ended(settings: Settings, run_id: str) -> bool:
    """Whether the end of a run is recorded; of a damaged record nothing more can be said."""
    path = _recorded(settings, run_id)
    try:
        return path is not None and load_json(path, Night).ending is not None
    except InsightError:
        return True


def end_night(settings: Settings, run_id: str, at: datetime, ending: Ending) -> None:
    """Record how a night ended; the first word about its end stands.

    A word of another witness comes later and knows no more.
    """
    path = _recorded(settings, run_id)
    if path is None:
        return
    night = load_json(path, Night)
    if night.ending is None:
        _write(settings, night.model_copy(update={"ended_at": at, "ending": ending}))


def _recorded(settings: Settings, run_id: str) -> Path | None:
    return next(iter(nights_folder(settings).glob(f"*_{run_id}.json")), None)


def _write(settings: Settings, night: Night) -> None:
    # By the start first, so that names sort by time.
    name = f"{night.started_at:%Y%m%dT%H%M%S}_{night.run_id}.json"
    with replacing_file(nights_folder(settings) / name) as work:
        work.write_text(night.model_dump_json(indent=2), encoding="utf-8")


def is_at_work(nights: Sequence[Night], is_held: bool | None, now: datetime) -> bool:
    """Whether the newest night is still at work: it has no end, and somebody holds the home.

    `is_held` None: it cannot be told who holds the home; a night without an end is then believed.
    """
    if not nights or nights[0].ending is not None:
        return False
    is_new = nights[0].by == "daemon" and now - nights[0].started_at < UNTIL_IT_HOLDS
    return is_held is not False or is_new
