"""Which line is the header of a CSV file and which character parts its fields.

Belongs here: the choice, by the names a contract promises. Does not belong here: the values below,
which decide nothing but a tie. A declared delimiter or header row always counts.

The delimiter is the candidate whose header holds most promised names; then the one with which
most of the next lines have as many fields as the header; then the first in `CANDIDATES`. The
header row, when it is `auto`, is the first line that holds most promised names, and the first line
that is not blank when none holds any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insight_pipeline.landing.readers.csv_grammar import MAX_LINES_OF_A_RECORD, Grammar
from insight_pipeline.landing.reading import ReaderOptions

CANDIDATES = (",", ";", "\t", "|")
HEADER_LOOK_LINES = 64
CONSISTENT_LOOK_LINES = 200
WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


@dataclass(frozen=True)
class Dialect:
    """delimiter; the header's names, its first line (from 0) and the lines up to its end."""

    delimiter: str
    names: tuple[str, ...]
    header_row: int
    header_lines: int
    hits: int

    @property
    def fields(self) -> int:
        return len(self.names)


def dialect_of(
    lines: Sequence[str], options: ReaderOptions, promised: Iterable[str]
) -> tuple[Dialect, tuple[str, ...]]:
    """The dialect of a file that starts with these lines, and a note when it was not plain."""
    wanted = {plain_name(name) for name in promised}
    candidates = [d for d in CANDIDATES if d != options.quote]
    found = {
        delimiter: _header(lines, options, delimiter, wanted)
        for delimiter in dict.fromkeys([*filter(None, [options.delimiter]), *candidates])
    }

    def rank(delimiter: str) -> tuple[int, int]:
        dialect = found[delimiter]
        return dialect.hits, _consistent(lines, dialect, options.quote)

    best = max(candidates, key=rank)  # the first of equals
    if options.delimiter is None:
        notes = () if best == "," else (f"delimiter_detected:{WORDS[best]}",)
        return found[best], notes
    declared = found[options.delimiter]
    better = found[best].hits > declared.hits
    return declared, (f"delimiter_seems:{WORDS[best]}",) if better else ()


def plain_name(name: str) -> str:
    """A column name for comparison: without case and surplus blanks."""
    return " ".join(name.split()).casefold()


def promised_names(names: Iterable[str], wanted: set[str]) -> int:
    return len({plain_name(name) for name in names} & wanted)


def _header(
    lines: Sequence[str], options: ReaderOptions, delimiter: str, wanted: set[str]
) -> Dialect:
    grammar = Grammar(delimiter, options.quote, 1)
    if options.header_row != "auto":
        return _header_at(lines, options.header_row - 1, grammar, wanted)
    filled = [n for n, line in enumerate(lines[:HEADER_LOOK_LINES]) if line.strip()] or [0]
    headers = [_header_at(lines, number, grammar, wanted) for number in filled]
    return max(headers, key=lambda header: header.hits)  # the first of equals


def _header_at(lines: Sequence[str], start: int, grammar: Grammar, wanted: set[str]) -> Dialect:
    text, used = _header_text(lines, start, grammar)
    names = [name.strip() for name in _lenient_cells(text, grammar)] or [""]
    hits = promised_names(names, wanted)
    return Dialect(grammar.delimiter, tuple(names), start, start + used, hits)


def _header_text(lines: Sequence[str], start: int, grammar: Grammar) -> tuple[str, int]:
    """The header, with the lines its names run over; one line when it is not sound."""
    text = lines[start]
    for used in range(1, MAX_LINES_OF_A_RECORD + 1):
        if grammar.ragged.fullmatch(text):
            return text, used
        if not grammar.open.fullmatch(text) or start + used >= len(lines):
            break
        text += "\n" + lines[start + used]
    return lines[start], 1


def _lenient_cells(text: str, grammar: Grammar) -> list[str]:
    if grammar.ragged.fullmatch(text):
        return next(grammar.cells([text]), [])
    return [name.strip(grammar.quote or None) for name in text.split(grammar.delimiter)]


def _consistent(lines: Sequence[str], dialect: Dialect, quote: str) -> int:
    if dialect.fields < 2:
        return 0
    grammar = Grammar(dialect.delimiter, quote, dialect.fields)
    look = lines[dialect.header_lines : dialect.header_lines + CONSISTENT_LOOK_LINES]
    # One more than none: a header that parts is better than one that does not.
    return 1 + sum(1 for line in look if grammar.sound.fullmatch(line))
