"""Two pictures of a night's linkage as SVG: pairs by match weight, people by number of records.

Belongs here: bars, axes and the words for those who do not see them. Does not belong here: what is
counted (nightly). Counts only: no value of a person could get in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

from insight_pipeline.linkage.quality.basis import BINS_PER_BIT

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 60, 16, 40, 48
INK, BAR, MARK = "#1d2733", "#2f6f9f", "#b3261e"
MOST_RECORDS = 20


@dataclass(frozen=True)
class _Bar:
    """One bar: its place from the left, what stands under it, how many it stands for."""

    place: int
    label: str
    count: int


def weight_chart(pairs: Mapping[int, int], join: float | None = None) -> str:
    """Stored pairs by weight bin (see basis), on a logarithmic scale, the join weight marked."""
    bits: dict[int, int] = {}
    for position, count in pairs.items():
        whole = position // BINS_PER_BIT
        bits[whole] = bits.get(whole, 0) + count
    first, last = min(bits, default=0), max(bits, default=0)
    bars = [
        _Bar(whole - first, str(whole) if whole % 5 == 0 else "", bits.get(whole, 0))
        for whole in range(first, last + 1)
    ]
    mark = None if join is None else join - first
    total = sum(pairs.values())
    words = f"{total:,} stored pairs, from {first} to {last + 1} bits."
    if join is not None:
        words += f" Groups of records are joined from a mean of {join:g} bits."
    return _svg("Pairs of records by match weight", words, "match weight in bits", bars, mark)


def size_chart(people: Mapping[int, int]) -> str:
    """People by number of records, on a logarithmic scale; the largest ones in one bar."""
    last = min(max(people, default=1), MOST_RECORDS)
    more = sum(count for size, count in people.items() if size >= last)
    counts = [*(people.get(size, 0) for size in range(1, last)), more]
    bars = [
        _Bar(size - 1, f"{size}+" if size == MOST_RECORDS else str(size), count)
        for size, count in enumerate(counts, start=1)
    ]
    total, largest = sum(people.values()), max(people, default=0)
    words = f"{total:,} people; the largest has {largest:,} records."
    return _svg("People by number of records", words, "records of one person", bars, None)


def quality_chart(pairs: Mapping[int, int], people: Mapping[int, int], join: float | None) -> str:
    """Both pictures, one above the other, in one SVG."""
    inner = [
        chart.replace("<svg ", f'<svg y="{place * HEIGHT}" ', 1)
        for place, chart in enumerate((weight_chart(pairs, join), size_chart(people)))
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{2 * HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {2 * HEIGHT}">{"".join(inner)}</svg>\n'
    )


def _svg(title: str, words: str, axis: str, bars: Sequence[_Bar], mark: float | None) -> str:
    name = title.lower().replace(" ", "-")
    step = (WIDTH - LEFT - RIGHT) / max(len(bars), 1)
    floor = HEIGHT - BOTTOM
    tallest = log10(max((bar.count for bar in bars), default=0) + 1) or 1.0
    drawn = [_drawn(bar, step, (floor - TOP) / tallest, floor) for bar in bars]
    line = ""
    if mark is not None:
        at = LEFT + mark * step
        line = f'<path d="M{at:.1f} {TOP}V{floor}" stroke="{MARK}" stroke-dasharray="4 3"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" aria-labelledby="{name}-title {name}-desc"'
        f' font-family="sans-serif" font-size="11" fill="{INK}">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(words)} Heights are logarithmic.</desc>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{LEFT}" y="18" font-size="14" font-weight="bold">{escape(title)}</text>'
        f'<text x="{LEFT}" y="33">{escape(words)}</text>{_rules(tallest, floor)}'
        f"{''.join(drawn)}{line}"
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">'
        f"{escape(axis)}</text></svg>"
    )


def _drawn(bar: _Bar, step: float, scale: float, floor: int) -> str:
    """A bar that says its count when pointed at, and its label."""
    left, height = LEFT + bar.place * step, log10(bar.count + 1) * scale
    label = (
        f'<text x="{left + step / 2:.1f}" y="{floor + 15}" text-anchor="middle">'
        f"{escape(bar.label)}</text>"
        if bar.label
        else ""
    )
    if not bar.count:
        return label
    return (
        f'<rect x="{left + 0.5:.1f}" y="{floor - height:.1f}" width="{max(step - 1, 0.5):.1f}"'
        f' height="{height:.1f}" fill="{BAR}"><title>{bar.count:,}</title></rect>{label}'
    )


def _rules(tallest: float, floor: int) -> str:
    """A line at every power of ten that fits."""
    rules = []
    for power in range(int(tallest) + 1):
        y = floor - log10(10**power + 1) / tallest * (floor - TOP)
        if y >= TOP:
            rules.append(
                f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d5dbe1"/>'
                f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>'
            )
    return "".join(rules)
