"""When figures become public: the release policy, and whose turn a night is.

Belongs here: whether a night makes a public release or a preview, and which periods have closed.
Does not belong here: making either (release.py). No clock is read: everything follows from the last
day the data reach.

A statistic is published at announced times, whatever it says (Code of Practice for Statistics,
pillar Trustworthiness, "orderly release"): nobody chooses the day by looking at the figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import duckdb
from pydantic import Field

from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.publication.disclosure.public import PUBLIC_TABLE
from insight_pipeline.publication.history import Made
from insight_pipeline.settings import Settings

RELEASE_POLICY_FILE = "publication/release_policy.yaml"
MONTHS_OF_YEAR = 12


class Frequency(StrEnum):
    """How often figures become public."""

    NIGHTLY = "nightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


# Months between two ends of a period; a night has no such end.
_MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3}


class ReleasePolicy(StrictModel):
    """data_contracts/publication/release_policy.yaml.

    keep_releases_years: for how long every release is kept, from its as-of date. Nothing deletes
    releases today: it binds whoever would.
    """

    frequency: Frequency = Frequency.MONTHLY
    keep_releases_years: int = Field(default=10, ge=1)


@dataclass(frozen=True)
class Turn:
    """What a night is to make.

    closed_to: last day of the newest period that has closed. is_due: a public release is due.
    next_due: the day the data must reach for the next public release after tonight's; None where
    every night makes one. reason: why an unscheduled release is made, if one is.
    """

    frequency: Frequency
    closed_to: date
    is_due: bool
    next_due: date | None
    reason: str | None = None

    @property
    def is_public(self) -> bool:
        """Whether the night makes a public release, due or not."""
        return self.is_due or self.reason is not None


def load_release_policy(settings: Settings) -> ReleasePolicy:
    """The policy in force, monthly where there is no file.

    `settings.release_frequency` goes before the file's frequency.
    """
    path = settings.contracts / RELEASE_POLICY_FILE
    policy = load_yaml(path, ReleasePolicy) if path.exists() else ReleasePolicy()
    if settings.release_frequency is None:
        return policy
    frequency = _frequency(settings.release_frequency)
    return policy.model_copy(update={"frequency": frequency})


def turn_of(
    policy: ReleasePolicy, releases: Iterable[Made], as_of: date, reason: str | None = None
) -> Turn:
    """What a night makes whose data reach `as_of`, after these public releases in their order.

    The first release is always due. One is due as well when the data reach the end of a period that
    the newest of `releases` does not cover.
    """
    frequency = policy.frequency
    closed_to = last_closed_day(frequency, as_of)
    if frequency is Frequency.NIGHTLY:
        return Turn(frequency, closed_to, True, None, reason)
    covered = _covered(releases)
    is_due = covered is None or closed_to > covered
    last = closed_to if covered is None or reason else max(closed_to, covered)
    return Turn(frequency, closed_to, is_due, _next_end(frequency, last), reason)


def next_due(policy: ReleasePolicy, releases: Iterable[Made]) -> date | None:
    """The day the data must reach for the next release; None where none is waited for."""
    covered = _covered(releases)
    if covered is None or policy.frequency is Frequency.NIGHTLY:
        return None
    return _next_end(policy.frequency, covered)


def _covered(releases: Iterable[Made]) -> date | None:
    """The last day of the periods that the newest release covers.

    Not of any release: one that a wrong date made reach too far would be the last for years, though
    a release out of turn had put it right.
    """
    known = [made.closed_to for made in releases if made.closed_to]
    return known[-1] if known else None


def last_closed_day(frequency: Frequency, as_of: date) -> date:
    """The last day of the newest month (quarter) that ends on or before `as_of`."""
    if frequency is Frequency.NIGHTLY:
        return as_of
    end = _end_of_period(frequency, as_of)
    return end if end == as_of else _first_day_of_period(frequency, as_of) - timedelta(days=1)


def keep_closed_periods(connection: duckdb.DuckDBPyConnection, closed_to: date) -> None:
    """Take the figures of periods that had not closed by then out of temp table `public_figure`.

    Whole periods go, and what an attacker may know is judged period by period (disclosure/): what
    stays is as safe as it was.
    """
    connection.execute(f"delete from {PUBLIC_TABLE} where period_to > ?", [closed_to])


def _next_end(frequency: Frequency, day: date) -> date:
    """The first end of a period after `day`."""
    return _end_of_period(frequency, day + timedelta(days=1))


def _first_day_of_period(frequency: Frequency, day: date) -> date:
    months = _MONTHS[frequency]
    return date(day.year, day.month - (day.month - 1) % months, 1)


def _end_of_period(frequency: Frequency, day: date) -> date:
    first = _first_day_of_period(frequency, day)
    month = first.year * MONTHS_OF_YEAR + first.month - 1 + _MONTHS[frequency]
    return date(month // MONTHS_OF_YEAR, month % MONTHS_OF_YEAR + 1, 1) - timedelta(days=1)


def _frequency(word: str) -> Frequency:
    if word in set(Frequency):
        return Frequency(word)
    raise InsightError(
        [
            Fault(
                where="INSIGHT_RELEASE_FREQUENCY",
                expected=f"one of {', '.join(Frequency)}",
                found=f"'{word}'",
                consequence="nothing is published",
                next_step=nearest(word, list(Frequency)),
            )
        ]
    )
