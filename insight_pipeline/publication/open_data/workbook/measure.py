"""How many lines a text takes, and how high a row has to be for them.

Belongs here: those measures. Does not belong here: anything that is written (writing.py). Programs
differ in whether they fit rows to wrapped text when they open a file, so every row is given its
height.
"""

from __future__ import annotations

from collections.abc import Sequence

from insight_pipeline.publication.open_data.workbook.model import Cell, Heading, Link

_LINE_POINTS, _PADDING_POINTS = 14.25, 3.0
# A column is measured in digits; letters of running text are narrower.
_LETTERS_PER_DIGIT = 1.2


def row_lines(headings: Sequence[Heading], values: Sequence[Cell]) -> int:
    """Lines of the tallest cell of a row."""
    return max(
        lines_of(text_of(value), heading.width)
        for heading, value in zip(headings, values, strict=True)
    )


def text_of(value: Cell) -> str:
    """What may be wrapped; numbers and days never are."""
    if isinstance(value, Link):
        return value.words
    return value if isinstance(value, str) else ""


def lines_of(text: str, width: int) -> int:
    """Lines that a text takes, word by word, in a column so many digits wide."""
    room = int(width * _LETTERS_PER_DIGIT)
    lines, left = 1, room
    for word in text.split():
        if left < len(word) and left < room:
            lines, left = lines + 1, room
        left -= len(word) + 1
        while left < -1:  # a word that is longer than a line
            lines, left = lines + 1, left + room
    return lines


def height(lines: int) -> float:
    """Points of a row with so many lines."""
    return _LINE_POINTS * lines + _PADDING_POINTS
