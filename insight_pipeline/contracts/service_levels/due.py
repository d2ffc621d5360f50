"""Which months a dataset owed a delivery for, and how late it came.

Belongs here: the calendar that `slaProperties` promise, held against what arrived. Does not belong
here: what was in the files. A month is that of the reporting period's last day; days are UTC days.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Account

# Ours to decide (held) or not yet delivered (refused) do not count; our own failure (error) does.
USABLE = frozenset({"accepted", "error"})
# A submission declared further from its period than this is a slip of the pen, not a day reached.
LONGEST_DELAY = timedelta(days=366)


@dataclass(frozen=True)
class Due:
    """One month of one dataset. late_days: 0 is on time; None where nothing was due (yet)."""

    month: date
    expected: int
    received: int
    is_usable: bool
    late_days: int | None


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_end(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def last_known_day(accounts: Iterable[Account]) -> date:
    """The scorecard's today: the last day anybody submitted something usable; no clock is read.

    One mistyped year must not make every provider late: submissions more than a year from the
    period they report do not count.
    """
    days = (
        account.submitted_at.date()
        for account in accounts
        if account.outcome == "accepted"
        and abs(account.submitted_at.date() - account.period_to) <= LONGEST_DELAY
    )
    return max(days, default=date.min)


def due_months(
    contract: Contract, accounts: Collection[Account], today: date, last_day: date = date.max
) -> tuple[Due, ...]:
    """Every month of a dataset that something was expected or received for, in order.

    Expected: every `frequency` months from the month of the first accepted period on, once the day
    it was due is past or something came; not after `last_day` (the end of the provider's last
    service contract), nor where no contract version is in force. A feed that never delivered
    anything usable has no calendar yet.
    """
    by_month: dict[date, list[Account]] = {}
    for account in accounts:
        by_month.setdefault(month_of(account.period_to), []).append(account)
    expected = set(_expected(contract, by_month, today, last_day))
    return tuple(
        _due(contract, month, by_month.get(month, []), month in expected, today)
        for month in sorted({*by_month, *expected})
    )


def _expected(
    contract: Contract, by_month: Mapping[date, Collection[Account]], today: date, last_day: date
) -> Iterator[date]:
    frequency = contract.service_levels.frequency_months
    begun = [m for m, found in by_month.items() if any(a.outcome in USABLE for a in found)]
    if not frequency or not begun:
        return
    first, last = _number(min(begun)), _number(min(max(today, *by_month), last_day))
    for month in map(_numbered, range(first, last + 1, frequency)):
        owed = month in by_month or _late_days(contract, month_end(month), today) > 0
        if owed and contract.judging(month_end(month), None) is not None:
            yield month


def _due(
    contract: Contract, month: date, accounts: Collection[Account], expected: bool, today: date
) -> Due:
    came = sorted((a for a in accounts if a.outcome in USABLE), key=_rank)
    late_days: int | None = None
    if _judging(contract, month_end(month)).service_levels.latency_days is None:
        pass
    elif came:
        day = came[0].submitted_at.date()
        late_days = max(_late_days(contract, came[0].period_to, day), 0)
    elif expected:
        late_days = max(_late_days(contract, month_end(month), today), 0) or None
    return Due(month, int(expected), len(accounts), bool(came), late_days)


def _rank(account: Account) -> tuple[str, str]:
    return account.submitted_at.isoformat(), account.delivery_id


def _late_days(contract: Contract, period_to: date, day: date) -> int:
    """Days from the day a period's delivery is due to `day`; below 0 before that."""
    latency = _judging(contract, period_to).service_levels.latency_days or 0
    return (day - period_to).days - latency


def _judging(contract: Contract, period_to: date) -> Contract:
    """A period is held against the promise of its own time."""
    return contract.judging(period_to, None) or contract


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _numbered(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
