"""The digest as text for a mail or a terminal, and as JSON for programs.

Belongs here: its words, plain and at most 80 columns wide. Does not belong here: what is in it
(digest.py). Times are UTC.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from insight_pipeline.operations.channel_policy import Severity
from insight_pipeline.operations.digest.digest import Arrived, Digest, Late, Noticed
from insight_pipeline.operations.digest.figures import FigureChange
from insight_pipeline.operations.incidents.channels.letter import wrapped
from insight_pipeline.operations.incidents.findings import GIGABYTE
from insight_pipeline.operations.nights import Night, Outcome

INDENT = " " * 2
MOST_INDICATORS = 12
MINUTE = 60
OUTCOMES = {
    Outcome.SUCCEEDED: "succeeded",
    Outcome.FAILED: "failed; the last good release stands",
    Outcome.CANCELLED: "was cancelled; the last good release stands",
    Outcome.KILLED: "ended without an end; the last good release stands",
}


def as_text(told: Digest) -> str:
    """The digest in words; every section is there, also where there is nothing to tell."""
    sections = {
        "LAST NIGHT": _night(told),
        "STORES": _stores(told),
        "WHAT ARRIVED": [_arrival(one) for one in told.arrived] or ["nothing new"],
        "WHAT IS LATE": [_late(one) for one in told.late] or ["nothing"],
        "WHAT BROKE": list(_open(told.open)) or ["nothing is open"],
        "WHAT RECOVERED": [_recovered(one) for one in told.recovered] or ["nothing"],
        "WHAT CHANGED IN THE FIGURES": list(_figures(told.figures)) or ["nothing"],
        "NEXT RELEASE": [_next_release(told)],
    }
    head = f"Insight at {told.at:%Y-%m-%d %H:%M} UTC: {headline(told)}"
    since = f"News since {told.since:%Y-%m-%d %H:%M} UTC."
    body = [f"{title}\n{_indented(lines)}" for title, lines in sections.items()]
    return "\n\n".join([f"{wrapped(head)}\n{since}", *body]) + "\n"


def as_json(told: Digest) -> dict[str, Any]:
    """The digest as JSON values; times in ISO 8601."""
    plain: dict[str, Any] = _plain(told)
    return {**plain, "is_well": is_well(told), "headline": headline(told)}


def is_well(told: Digest) -> bool:
    """Whether no incident of severity error is open."""
    return all(one.incident.severity is not Severity.ERROR for one in told.open)


def headline(told: Digest) -> str:
    """The digest in a line, as the subject of a mail."""
    counted = Counter(one.incident.severity for one in told.open)
    open_words = ", ".join(
        _some(counted[severity], severity.value, f"{severity.value}s")
        for severity in reversed(Severity)
        if counted[severity]
    )
    parts = [
        open_words or "nothing is open",
        f"{len(told.late)} late" if told.late else "",
        f"{sum(one.deliveries for one in told.arrived)} arrived" if told.arrived else "",
        "a night is at work" if told.is_at_work else "",
        "no night yet" if told.night is None else "",
    ]
    return ", ".join(part for part in parts if part)


def _night(told: Digest) -> list[str]:
    if told.night is None:
        return ["no night yet: `insight nightly` runs one"]
    lines = []
    if told.is_at_work:
        lines.append(
            f"a night is at work since {_moment(told.night.started_at)}; what is shown stands "
            "from before, or was finished already"
        )
    if told.before:
        lines.append(_ended(told.before))
    return lines


def _ended(night: Night) -> str:
    outcome = night.ending.outcome if night.ending else Outcome.KILLED
    began = f"the night of {_moment(night.started_at)}"
    if night.ended_at and outcome is not Outcome.KILLED:
        seconds = round((night.ended_at - night.started_at).total_seconds())
        began += f", {seconds // MINUTE} min {seconds % MINUTE} s,"
    return f"{began} {OUTCOMES[outcome]}"


def _stores(told: Digest) -> list[str]:
    stores = told.stores
    lines = [f"deliveries: {stores.received:,} received, {stores.judged:,} judged"]
    if stores.release:
        new = " (new)" if stores.release_is_new else ""
        lines.append(f"newest release: {stores.release}{new}, periods closed by {stores.closed_to}")
    else:
        lines.append("newest release: none yet")
    if stores.free_bytes is not None:
        lines.append(f"free on disk: {stores.free_bytes / GIGABYTE:,.1f} GB")
    lines += [f"CANNOT BE READ: {store}, {found}" for store, found in sorted(stores.broken.items())]
    return lines


def _arrival(one: Arrived) -> str:
    fates = ", ".join(f"{n} {outcome}" for outcome, n in one.outcomes.items())
    return f"{one.provider}: {_some(one.deliveries, 'delivery', 'deliveries')} ({fates})"


def _late(one: Late) -> str:
    months = ", ".join(f"{month:%Y-%m}" for month in one.months)
    good = (
        f"the last good one covers up to {one.good_to} and came {one.good_age_days} days ago"
        if one.good_to
        else "there is no good one"
    )
    return f"{one.feed}: {_some(one.late_days, 'day', 'days')} late for {months}; {good}"


def _open(found: Iterable[Noticed]) -> Iterator[str]:
    for one in found:
        incident = one.incident
        kind = incident.kind.replace("_", " ")
        yield (
            f"{incident.severity.upper()} {kind}: {incident.subject}: {incident.found}. "
            f"Owner {incident.owner}, since {_moment(min(one.opened_at, incident.since))}. "
            f"Next: {incident.next_step}."
        )


def _recovered(one: Noticed) -> str:
    kind = one.incident.kind.replace("_", " ")
    over = f"; over since {_moment(one.recovered_at)}" if one.recovered_at else ""
    return f"{kind}: {one.incident.subject}{over}"


def _figures(changes: Iterable[FigureChange]) -> Iterator[str]:
    """New ones first, then revised ones by reason, each with its indicators."""
    by_reason: dict[str, dict[str, int]] = {}
    for change in changes:
        by_reason.setdefault(change.reason, {})[change.indicator] = change.figures
    for reason, indicators in sorted(by_reason.items(), key=lambda item: item[0] != "first"):
        count = f"{sum(indicators.values()):,}"
        what = f"{count} new" if reason == "first" else f"{count} revised, {reason}"
        yield f"{what}: {_names(indicators)}"


def _names(indicators: Mapping[str, int]) -> str:
    most = sorted(indicators, key=lambda name: (-indicators[name], name))
    named = ", ".join(f"{name} {indicators[name]:,}" for name in most[:MOST_INDICATORS])
    more = len(most) - MOST_INDICATORS
    return f"{named} and {more} more" if more > 0 else named


def _next_release(told: Digest) -> str:
    if told.stores.next_due:
        return f"due when the data reach {told.stores.next_due}"
    return "the first night releases" if told.stores.release is None else "every night may release"


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(wrapped(line, indent=INDENT * 2, first=INDENT) for line in lines)


def _some(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
