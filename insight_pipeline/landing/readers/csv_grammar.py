"""RFC 4180 to the letter, with a delimiter and a quote of its own, for records of known width.

Belongs here: which text is a sound record, and how far a record with an open quote runs. Does not
belong here: files, numbers of lines in them, names of columns.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# A quoted field may run over this many lines before its quote counts as never closed.
MAX_LINES_OF_A_RECORD = 200


class Grammar:
    """What may stand on a line, as regular expressions that Python and Rust read alike."""

    def __init__(self, delimiter: str, quote: str, width: int) -> None:
        self.delimiter, self.quote, self.width = delimiter, quote, width
        separator, mark = re.escape(delimiter), re.escape(quote)
        bare = f"[^{mark}{separator}]*"
        opened = f"{mark}[^{mark}]*(?:{mark}{mark}[^{mark}]*)*"
        cell = f"(?:{opened}{mark}|{bare})" if quote else bare
        self.pattern = f"^{cell}(?:{separator}{cell}){{{width - 1}}}$"
        self.sound = re.compile(f"{cell}(?:{separator}{cell}){{{width - 1}}}")
        self.ragged = re.compile(f"{cell}(?:{separator}{cell})*")
        # Without a quote character nothing is ever open.
        self.open = re.compile(f"(?:{cell}{separator})*{opened}" if quote else r"(?!)")

    def cells(self, records: Sequence[str]) -> Iterator[list[str]]:
        """The fields of records known to be sound."""
        # The limit of 131,072 characters is the whole process's; a long letter is no fault.
        csv.field_size_limit(sys.maxsize)
        if not self.quote:
            return csv.reader(records, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(
            records, delimiter=self.delimiter, quotechar=self.quote, doublequote=True, strict=True
        )

    def why_not(self, line: str) -> str:
        if self.ragged.fullmatch(line):
            return "wrong_field_count"
        return "unclosed_quote" if self.open.fullmatch(line) else "stray_quote"


@dataclass
class Records:
    """Records that are more, or less, than one sound line; numbers count lines from 0.

    ended: the line from which on more lines are needed to tell; none when all is told.
    """

    sound: dict[int, str] = field(default_factory=dict)
    rejects: dict[int, str] = field(default_factory=dict)
    swallowed: list[int] = field(default_factory=list)
    ended: int | None = None


def odd_records(
    odd: Sequence[int], lines: Sequence[str | None], grammar: Grammar, final: bool
) -> Records:
    """What the lines that are no sound record by themselves are, each tried in its turn.

    A line that is None cannot be read: no field runs over it.
    """
    found = Records()
    free = 0
    for number in odd:
        if number < free:
            continue
        text, used, whole = _record(lines, number, grammar)
        if text is not None:
            found.sound[number] = text
            found.swallowed += range(number + 1, number + used)
            free = number + used
        elif whole or final:
            found.rejects[number] = grammar.why_not(lines[number] or "")
        else:
            found.ended = number
            break
    return found


def _record(
    lines: Sequence[str | None], start: int, grammar: Grammar
) -> tuple[str | None, int, bool]:
    """The sound record that starts on a line, its number of lines, and whether all was seen."""
    text = lines[start] or ""
    if grammar.sound.fullmatch(text):
        return text, 1, True
    if not grammar.open.fullmatch(text):
        return None, 1, True
    parts, quotes = [text], text.count(grammar.quote)
    for used in range(1, MAX_LINES_OF_A_RECORD):
        if start + used == len(lines):
            return None, used, False
        line = lines[start + used]
        if line is None:
            return None, used, True
        parts.append(line)
        closing = line.count(grammar.quote)
        quotes += closing
        # Of an odd number of quotes one is open still: only where none is can the record end.
        if closing and quotes % 2 == 0:
            text = "\n".join(parts)
            if grammar.sound.fullmatch(text):
                return text, used + 1, True
            if not grammar.open.fullmatch(text):
                return None, used + 1, True
    return None, MAX_LINES_OF_A_RECORD, True
