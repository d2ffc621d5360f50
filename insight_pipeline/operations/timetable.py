"""When something was last due: five-field cron in a time zone, across changes of the clock.

Belongs here: reading a cron line and finding the last moment it named. Does not belong here:
starting anything (defs/). No clock is read: `now` is handed in.

Fields and steps as in crontab(5) of Vixie cron: minute, hour, day of month, month, day of week;
lists, ranges, steps, names of months and days, 7 for Sunday; where both days are restricted, either
is enough. A local time that the clock skips counts at the moment the clock jumps; one that comes
twice counts the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_NAMES = {
    "month": {name: number for number, name in enumerate(_MONTHS, start=1)},
    "weekday": {name: number for number, name in enumerate(_DAYS)},
}
_ITEM = re.compile(r"(\*|[a-z0-9]+(?:-[a-z0-9]+)?)(?:/(\d+))?")
# 29 February falls at most eight years apart (1896, 1904).
FURTHEST = timedelta(days=8 * 366 + 1)


@dataclass(frozen=True)
class Cron:
    """The moments of a cron line. weekdays: 0 is Sunday. either_day: day or weekday is enough."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def names(self, day: date) -> bool:
        """Whether anything is due on that day."""
        by_date, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        is_day = by_date or by_week if self.either_day else by_date and by_week
        return is_day and day.month in self.months


def parse_cron(line: str) -> Cron:
    """A cron line's moments; ValueError says which field is wrong."""
    parts = line.lower().split()
    if len(parts) != len(FIELDS):
        raise ValueError(f"five fields are expected: minute hour day month weekday, not '{line}'")
    minutes, hours, days, months, weekdays = (
        _numbers(part, *field) for part, field in zip(parts, FIELDS, strict=True)
    )
    is_restricted = [not parts[place].startswith("*") for place in (2, 4)]
    return Cron(
        tuple(sorted(minutes)),
        tuple(sorted(hours)),
        days,
        months,
        frozenset(number % 7 for number in weekdays),
        all(is_restricted),
    )


def _numbers(part: str, name: str, lowest: int, highest: int) -> frozenset[int]:
    found: set[int] = set()
    for item in part.split(","):
        matched = _ITEM.fullmatch(item)
        if matched is None:
            raise ValueError(f"{name}: '{item}' is no number, range or step")
        first, _, last = ("", "", "") if matched[1] == "*" else matched[1].partition("-")
        start = _number(first, name) if first else lowest
        until = _number(last, name) if last else start
        # `*` and `5/10` reach to the end; 7 is Sunday again and no part of `*`.
        if not first or (matched[2] and not last):
            until = 6 if name == "weekday" else highest
        step = int(matched[2] or 1)
        if not lowest <= start <= until <= highest or step < 1:
            raise ValueError(f"{name}: '{item}' is outside {lowest}-{highest}")
        found.update(range(start, until + 1, step))
    return frozenset(found)


def _number(text: str, name: str) -> int:
    known = _NAMES.get(name, {})
    if text in known:
        return known[text]
    if not text.isdigit():
        raise ValueError(f"{name}: '{text}' is no number")
    return int(text)


def last_due(cron: str, timezone: str, now: datetime) -> datetime | None:
    """The last moment (UTC) named by `cron` that is not after `now`; None if none in 8 years."""
    parsed, zone = parse_cron(cron), ZoneInfo(timezone)
    # A day earlier and later than the local one: a moment moved across midnight is found as well.
    today = now.astimezone(zone).date()
    for back in range(-1, FURTHEST.days):
        day = today - timedelta(days=back)
        if parsed.names(day):
            past = [due for due in _moments(parsed, day, zone) if due <= now]
            if past:
                return max(past)
    return None


def _moments(cron: Cron, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    for hour in cron.hours:
        for minute in cron.minutes:
            local = datetime.combine(day, time(hour, minute), zone)
            moment = local.astimezone(UTC)
            if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                yield moment
            else:
                yield _jump(moment, zone)


def _jump(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock skips the local time that `moment` stands for (fold 0)."""
    low, high = moment - timedelta(hours=3), moment + timedelta(hours=3)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        middle = middle.replace(second=0, microsecond=0)
        if middle <= low:
            break
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
