"""RFC 4180 read character by character: slow, plain, and by no regular expression.

The independent answer to what becomes of each line, which the reader must give as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SOUND, OPEN, BROKEN = "sound", "open", "broken"


@dataclass
class Answer:
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    rejects: list[tuple[int, str]] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    continued: list[int] = field(default_factory=list)


def parse(text: str, delimiter: str, quote: str) -> tuple[str, list[str]]:
    """How a text ends as a record, and its fields when it is sound."""
    fields = [""]
    state = "start"
    for char in text:
        if state == "quoted":
            if char == quote:
                state = "closing"
            else:
                fields[-1] += char
        elif char == quote and quote and state == "closing":
            fields[-1] += quote
            state = "quoted"
        elif char == delimiter:
            fields.append("")
            state = "start"
        elif char == quote and quote and state == "start":
            state = "quoted"
        elif state == "closing" or (char == quote and quote):
            return BROKEN, []
        else:
            fields[-1] += char
            state = "bare"
    return (OPEN, []) if state == "quoted" else (SOUND, fields)


def answer(
    lines: list[str | None], delimiter: str, quote: str, width: int, longest: int = 50
) -> Answer:
    """What becomes of each line; one that is None cannot be read. Lines count from 0."""
    found = Answer()
    number = 0
    while number < len(lines):
        line = lines[number]
        if line is None:
            found.rejects.append((number, "unreadable"))
            number += 1
        elif not line.strip() and delimiter not in line:
            found.blank.append(number)
            number += 1
        else:
            number += _record(lines, number, found, (delimiter, quote, width, longest))
    return found


def _record(
    lines: list[str | None], start: int, found: Answer, dialect: tuple[str, str, int, int]
) -> int:
    delimiter, quote, width, longest = dialect
    text = first = lines[start] or ""
    used = 1
    while (state := parse(text, delimiter, quote))[0] == OPEN:
        quote_seen = False
        while not quote_seen and used < longest and start + used < len(lines):
            following = lines[start + used]
            if following is None:
                break
            text += "\n" + following
            used += 1
            quote_seen = quote in following
        if not quote_seen:
            break
    if state[0] == SOUND and len(state[1]) == width:
        found.rows.append((start, state[1]))
        found.continued += range(start + 1, start + used)
        return used
    alone = parse(first, delimiter, quote)[0]
    codes = {SOUND: "wrong_field_count", OPEN: "unclosed_quote", BROKEN: "stray_quote"}
    found.rejects.append((start, codes[alone]))
    return 1
