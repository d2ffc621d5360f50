"""The bars as a picture: one line a data set, from Splink's default to ours, and the goal.

Belongs here: drawing. Does not belong here: any figure. Readable without colour: every mark has a
shape of its own, and the title and description say what the picture shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from linkage.bars import Bar, Result

WIDTH, LEFT, RIGHT, TOP, LINE = 760, 150, 30, 70, 34
LEAST = 0.5
INK, FAINT, OURS = "#222222", "#8a8a8a", "#0b5c8f"


def chart(rows: Sequence[tuple[Bar, Result]]) -> str:
    """An SVG document of cluster pair F1, from one half to one."""
    height = TOP + LINE * len(rows) + 40
    words = "; ".join(
        f"{bar.data}: ours {result.pair_f1:.3f}, goal {bar.pair_f1:.3f}" for bar, result in rows
    )
    lines = [
        line for at, row in enumerate(rows) for line in _line(*row, TOP + LINE * at + LINE // 2)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
            ' aria-labelledby="t d" font-family="sans-serif" font-size="13">',
            '<title id="t">Cluster pair F1 by data set: Splink and this project</title>',
            f'<desc id="d">{escape(words)}</desc>',
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            *_legend(),
            *_axis(TOP, height - 40),
            *lines,
            "</svg>\n",
        ]
    )


def _x(value: float) -> float:
    return round(LEFT + (max(value, LEAST) - LEAST) / (1 - LEAST) * (WIDTH - LEFT - RIGHT), 1)


def _legend() -> list[str]:
    parts = [
        (20, _square(28, 26, FAINT, "none"), "Splink, default"),
        (160, _square(168, 26, FAINT, FAINT), "Splink, hand-tuned"),
        (325, _cross(333, 26), "best known, labels in hand"),
        (535, _dot(543, 26), "ours"),
        (605, _goal(613, 26), "goal"),
    ]
    return [part for x, mark, words in parts for part in (mark, _text(x + 18, 31, words))]


def _axis(top: int, bottom: int) -> list[str]:
    return [
        part
        for tenth in range(5, 11)
        for part in (
            f'<line x1="{_x(tenth / 10)}" y1="{top - 10}" x2="{_x(tenth / 10)}" y2="{bottom}"'
            ' stroke="#dddddd"/>',
            _text(_x(tenth / 10), bottom + 18, f"{tenth / 10:.1f}", "middle"),
        )
    ]


def _line(bar: Bar, result: Result, y: int) -> list[str]:
    return [
        _text(LEFT - 12, y + 5, bar.data, "end"),
        _square(_x(bar.default[0]), y, FAINT, "none"),
        _square(_x(bar.hand_tuned[0]), y, FAINT, FAINT),
        _cross(_x(bar.best_known[0]), y),
        _goal(_x(bar.pair_f1), y),
        _dot(_x(result.pair_f1), y),
    ]


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{INK}">{escape(words)}</text>'


def _square(x: float, y: float, stroke: str, fill: str) -> str:
    return f'<rect x="{x - 5}" y="{y - 5}" width="10" height="10" stroke="{stroke}" fill="{fill}"/>'


def _cross(x: float, y: float) -> str:
    return f'<path d="M{x - 5} {y - 5}l10 10m0 -10l-10 10" stroke="{INK}" stroke-width="1.5"/>'


def _goal(x: float, y: float) -> str:
    return f'<line x1="{x}" y1="{y - 11}" x2="{x}" y2="{y + 11}" stroke="{INK}" stroke-width="2"/>'


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="5.5" fill="{OURS}"/>'
