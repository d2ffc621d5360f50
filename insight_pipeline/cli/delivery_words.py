"""What the command line says of one delivery, and of a replay.

Belongs here: words and order. Does not belong here: gathering (operations/trail.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insight_pipeline.cli.table import printable
from insight_pipeline.contracts.replay import Replay, Replayed
from insight_pipeline.contracts.standing.approval import Approval
from insight_pipeline.contracts.standing.notices import notice
from insight_pipeline.operations.trail import Trail


def described(trail: Trail, approval: Approval | None) -> Iterator[str]:
    """A delivery from arrival to figure, a line a fact."""
    yield _line("Delivery", trail.delivery_id)
    yield _line("Feed", trail.stem)
    yield _line("Period", f"{trail.period_from} to {trail.period_to}")
    yield _line("Submitted", f"{trail.submitted_at:%Y-%m-%d %H:%M:%S} UTC")
    times = f", sent {trail.dropped} times" if trail.dropped > 1 else ""
    yield _line("Received", f"{trail.size_bytes:,} bytes{times}")
    yield _line("Outcome", trail.outcome)
    yield from _judged(trail)
    for code in trail.notices:
        words = notice(code)
        yield _line("Notice", f"{code}: {words.sentence}")
        yield _line("", words.hint)
    if approval:
        yield _line("Approved", f"by {printable(approval.by)}: {printable(approval.reason)}")
    yield from _used(trail)


def _judged(trail: Trail) -> Iterator[str]:
    counts = trail.counts
    yield _line(
        "Rows",
        f"{counts['received']:,} received = {counts['accepted']:,} accepted + "
        f"{counts['quarantined']:,} quarantined + {counts['superseded']:,} superseded + "
        f"{counts['rejected']:,} rejected",
    )
    judged_by = trail.judged_by or "nobody yet"
    yield _line("Contract", f"version {trail.declared_version} declared, judged by {judged_by}")
    if trail.reasons:
        yield _line("Refused by", ", ".join(trail.reasons))
    for rule in trail.broken:
        yield _line("Rule", f"{rule.code} ({rule.severity.value}): {rule.broken:,}")
    if trail.feedback.is_file():
        yield _line("Feedback", str(trail.feedback))


def _used(trail: Trail) -> Iterator[str]:
    yield _line("Read by", ", ".join(trail.staging) or "no staging model")
    if trail.evidence.rows:
        yield _line(
            "Linkage",
            f"{trail.evidence.rows:,} rows tell of a person, {trail.evidence.linked:,} linked, "
            f"{trail.evidence.shared:,} to people other providers know too",
        )
    yield _line("Indicators", ", ".join(trail.indicators) or "none reads it")
    if trail.visible:
        kind = "preview" if trail.visible.is_preview else "release"
        yield _line("Visible in", f"{kind} {trail.visible.name}")
    else:
        yield _line("Visible in", "no figure")


def told(replays: Sequence[Replay]) -> Iterator[str]:
    """What a replay came to: a line a delivery, what differs below it, and a last line."""
    for replay in replays:
        for one in replay.deliveries:
            yield f"{one.delivery_id}  {replay.contract.stem}  {_came_to(one)}"
            for name, (before, now) in one.differences.items() if not one.failed else ():
                yield f"    {name}: {before:,} before, {now:,} now"
    changed = [replay.contract.stem for replay in replays if replay.changed]
    if changed:
        yield f"Changed: {', '.join(changed)}. Feedback and figures follow with the next night."
    else:
        yield "All datasets are as they were."


def _came_to(one: Replayed) -> str:
    if one.failed:
        return "not judged: our engine failed; the earlier verdict stands"
    if one.is_same:
        return "the same verdict"
    return "another verdict" if one.before else "judged for the first time"


def _line(name: str, text: str) -> str:
    return f"{name:<12} {text}"
