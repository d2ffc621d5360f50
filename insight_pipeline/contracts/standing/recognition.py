"""What kind of delivery each one is among all of its dataset: repeated, late, shrunken, replaced.

Belongs here: recognising. Does not belong here: words for it (notices.py), or rows (replacing.py).
All of it is a function of the set of deliveries in order of declared submission, whatever the order
or night in which they arrived; a delivery's notices may therefore change when another one comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing import notices

# A feed whose last delivery had this many rows is empty by chance once in e^10 = 22,000 times, if
# its rows are counts that come independently (Poisson). Below, an empty period may well be true.
ROWS_NEVER_FOLLOWED_BY_NONE = 10


@dataclass(frozen=True)
class Shrinkage:
    """held: far smaller than what they would replace, or empty after one that was not.

    approved: so small, but let stand.
    """

    held: frozenset[str]
    approved: frozenset[str]


@dataclass(frozen=True)
class Effect:
    """What became of the rows. remaining: sound rows of a delivery that nothing replaced.

    replaced_all: of an upsert that follows another of its period, whether it left none of its rows.
    """

    remaining: Mapping[str, int]
    replaced_all: Mapping[str, bool]


def by_rank(verdicts: Collection[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda verdict: verdict.rank)


def shrinkage(
    contract: Contract, verdicts: Collection[Verdict], approved: Collection[str]
) -> Shrinkage:
    """Which deliveries replace too much by too little, or tell of nothing: held, unless approved.

    Each is held against the last one before it that stands; one that is held replaces nothing. A
    period reported empty would make every figure of it fall to zero: so whatever the mode, one
    without a sound row waits where the last one that stands, of any period, had enough of them.
    """
    # Exact: as a float, 0.07 of 100 rows is more than 7.
    share = Decimal(str(contract.promise.min_share_of_last))
    last: dict[object, Verdict] = {}
    latest: Verdict | None = None
    held, let = set(), set()
    for verdict in by_rank(verdicts):
        if verdict.outcome != "accepted":
            continue
        scope = _replaces(contract, verdict)
        before = last.get(scope) if scope is not None else None
        is_small = before is not None and verdict.accepted < share * before.accepted
        if is_small or _is_suddenly_empty(verdict, latest, share):
            if verdict.delivery_id not in approved:
                held.add(verdict.delivery_id)
                continue
            let.add(verdict.delivery_id)
        last[scope] = latest = verdict
    return Shrinkage(frozenset(held), frozenset(let))


def _is_suddenly_empty(verdict: Verdict, latest: Verdict | None, share: Decimal) -> bool:
    """A contract whose minShareOfLast is 0 lets a feed fall to nothing."""
    had = latest.accepted if latest else 0
    return not verdict.accepted and bool(share) and had >= ROWS_NEVER_FOLLOWED_BY_NONE


def _replaces(contract: Contract, verdict: Verdict) -> tuple[date, ...] | None:
    """What a delivery replaces whole: its period, everything (the empty scope), or nothing."""
    mode = contract.promise.resubmission.mode
    whole = {"replace": (), "replace_period": (verdict.period_from, verdict.period_to)}
    return whole.get(mode)


def recognise(
    contract: Contract,
    verdicts: Collection[Verdict],
    found: Shrinkage,
    effect: Effect,
) -> dict[str, set[str]]:
    """Delivery id → codes of its notices, but for repeats (see `with_repeats`)."""
    ranked = by_rank(verdicts)
    codes: dict[str, set[str]] = {verdict.delivery_id: set() for verdict in ranked}
    sound = [verdict for verdict in ranked if verdict.outcome == "accepted"]
    for verdict in ranked:
        codes[verdict.delivery_id].update(_of_one(contract, verdict, found))
    for delivery_id in _out_of_order(sound):
        codes[delivery_id].add(notices.OUT_OF_ORDER)
    if contract.promise.resubmission.mode != "append":
        for delivery_id in _tied(sound):
            codes[delivery_id].add(notices.TIED)
    if contract.promise.resubmission.mode == "replace_period":
        standing = [verdict for verdict in sound if effect.remaining.get(verdict.delivery_id)]
        for delivery_id in _overlapping(standing):
            codes[delivery_id].add(notices.OVERLAPPING_PERIOD)
    for delivery_id, code in _replacements(contract, sound, found, effect):
        codes[delivery_id].add(code)
    return codes


def _of_one(contract: Contract, verdict: Verdict, found: Shrinkage) -> Iterator[str]:
    last_day = due(contract, verdict)
    if last_day and verdict.submitted_at.date() > last_day:
        yield notices.LATE
    if verdict.delivery_id in found.held:
        yield notices.SHRUNKEN if verdict.accepted else notices.EMPTY
    if verdict.delivery_id in found.approved:
        yield notices.APPROVED
    if verdict.outcome == "refused":
        if "declared_period" in verdict.reasons:
            yield notices.WRONG_PERIOD
        if "contract_version" in verdict.reasons:
            yield notices.WRONG_VERSION


def due(contract: Contract, verdict: Verdict) -> date | None:
    """The last day (UTC) agreed for a delivery's period, by the version that judges the period."""
    version = contract.judging(verdict.period_to, verdict.contract_version) or contract
    days = version.service_levels.latency_days
    return None if days is None else verdict.period_to + timedelta(days=days)


def _out_of_order(sound: Sequence[Verdict]) -> Iterator[str]:
    """Those about a period that ends before that of one submitted strictly earlier."""
    latest_ends: dict[datetime, date] = {}
    end = date.min
    for verdict in sound:
        latest_ends.setdefault(verdict.submitted_at, end)
        end = max(end, verdict.period_to)
        if verdict.period_to < latest_ends[verdict.submitted_at]:
            yield verdict.delivery_id


def _tied(sound: Sequence[Verdict]) -> Iterator[str]:
    """Those that share period and moment of submission with another."""
    groups: dict[object, list[str]] = {}
    for verdict in sound:
        declared = (verdict.period_from, verdict.period_to, verdict.submitted_at)
        groups.setdefault(declared, []).append(verdict.delivery_id)
    for group in groups.values():
        yield from group if len(group) > 1 else ()


def _overlapping(standing: Sequence[Verdict]) -> Iterator[str]:
    """Those whose period shares days with another one's, submitted before, without being equal."""
    for place, verdict in enumerate(standing):
        if any(
            before.period_from <= verdict.period_to and verdict.period_from <= before.period_to
            for before in standing[:place]
        ):
            yield verdict.delivery_id


def _replacements(
    contract: Contract, sound: Sequence[Verdict], found: Shrinkage, effect: Effect
) -> Iterator[tuple[str, str]]:
    mode = contract.promise.resubmission.mode
    if mode == "upsert":
        for delivery_id, whole in effect.replaced_all.items():
            yield delivery_id, notices.FULL_REPLACEMENT if whole else notices.PARTIAL_TOP_UP
        for verdict in sound:
            if verdict.accepted and not effect.remaining.get(verdict.delivery_id):
                yield verdict.delivery_id, notices.STALE
    elif mode != "append":
        yield from _whole_replacements(contract, sound, found)


def _whole_replacements(
    contract: Contract, sound: Sequence[Verdict], found: Shrinkage
) -> Iterator[tuple[str, str]]:
    """In the modes that replace whole deliveries: which replace one, and which are replaced."""
    open_ones: dict[object, list[str]] = {}
    for verdict in sound:
        earlier = open_ones.setdefault(_replaces(contract, verdict), [])
        if verdict.delivery_id not in found.held:
            if any(delivery_id not in found.held for delivery_id in earlier):
                yield verdict.delivery_id, notices.FULL_REPLACEMENT
            for delivery_id in earlier:
                yield delivery_id, notices.STALE
            earlier.clear()
        earlier.append(verdict.delivery_id)


def with_repeats(codes: Collection[str], drops: int, *, same_content: bool) -> tuple[str, ...]:
    """Notices with `duplicate` where a delivery was dropped more than once, and `same_content`.

    Apart from the rest, because a repeat changes nothing that stands.
    """
    found = {notices.DUPLICATE: drops > 1, notices.SAME_CONTENT: same_content}
    others = set(codes) - found.keys()
    return notices.in_order([*others, *(code for code, holds in found.items() if holds)])
