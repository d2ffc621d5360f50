"""One promised cell as SQL over its text: its type, its bounds, its pattern, its code.

Belongs here: how a column's options read in SQL. Does not belong here: the rules that follow
(rules.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from insight_pipeline.contracts.promise.contract import Column
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.sql.engines.duckdb import identifier, literal

# Unicode date patterns (ODCS, UTS 35) → strptime and what is written there, longest first.
DATE_PARTS = {
    "yyyy": ("%Y", "[1-9][0-9]{3}"),
    "MMM": ("%b", "[A-Za-z]{3}"),
    "MM": ("%m", "[0-9]{2}"),
    "dd": ("%d", "[0-9]{2}"),
    "yy": ("%y", "[0-9]{2}"),
    "HH": ("%H", "[0-9]{2}"),
    "mm": ("%M", "[0-9]{2}"),
    "ss": ("%S", "[0-9]{2}"),
}
DEFAULT_FORMATS = {"date": "yyyy-MM-dd", "timestamp": "yyyy-MM-dd HH:mm:ss"}
NUMBER_PATTERNS = {"integer": "[+-]?[0-9]+", "number": "[+-]?[0-9]+([.][0-9]+)?"}
NUMBER_TYPES = {"integer": "hugeint", "number": "decimal(38, 9)"}


def date_format(column: Column) -> str:
    """A date column's format in Unicode letters, as its contract says it."""
    return str(column.options.get("format") or DEFAULT_FORMATS[column.type])


def strptime_format(column: Column) -> str:
    """A date column's format for strptime, e.g. dd/MM/yyyy → %d/%m/%Y."""
    return strptime_letters(date_format(column))


def strptime_letters(form: str) -> str:
    """A format in Unicode letters as strptime writes it."""
    return re.sub("|".join(DATE_PARTS), lambda part: DATE_PARTS[part[0]][0], form.replace("'", ""))


def date_shape(form: str) -> str:
    """A format in Unicode letters as a pattern: strptime is lenient, to it the year 5 fits yyyy."""
    plain = re.escape(form.replace("'", ""))
    return re.sub("|".join(DATE_PARTS), lambda part: DATE_PARTS[part[0]][1], plain)


def moment(cell: str, form: str) -> str:
    """SQL for the text `cell` as a timestamp, NULL where it is not written in `form`."""
    shaped = f"regexp_full_match({cell}, {literal(date_shape(form))})"
    return f"case when {shaped} then try_strptime({cell}, {literal(strptime_letters(form))}) end"


def typed(column: Column) -> str:
    """SQL for the cell as its type, NULL where the text is not of that type."""
    cell = identifier(column.name)
    if column.type in DEFAULT_FORMATS:
        return moment(cell, date_format(column))
    if column.type in NUMBER_PATTERNS:
        kind, pattern = NUMBER_TYPES[column.type], literal(NUMBER_PATTERNS[column.type])
        return f"case when regexp_full_match({cell}, {pattern}) then try_cast({cell} as {kind}) end"
    if column.type == "boolean":
        return f"try_cast({cell} as boolean)"
    return cell


def value_of(column: Column) -> str:
    """SQL name of the cell as its type, reckoned once for all rules; of a text, the text."""
    return identifier(column.name if column.type == "string" else f"{column.name} → value")


def malformed(column: Column) -> str:
    """SQL name of the flag saying that a cell is not of its named format, reckoned once.

    In a condition the engine would reckon a macro anew for each of its parts.
    """
    return identifier(f"{column.name} → malformed")


def bound(column: Column, value: object) -> str:
    """SQL for a limit, of the very type of the cell: beside another type a large cell overflows."""
    if column.type in DEFAULT_FORMATS:
        return f"{literal(str(value))}::timestamp"
    # Exact: as a float, large integers and decimals would move.
    return f"{Decimal(str(value)):f}::{NUMBER_TYPES[column.type]}"


def is_bound(column: Column, value: object) -> bool:
    """Whether `value` is a limit that the column's type holds exactly."""
    try:
        if column.type in DEFAULT_FORMATS:
            return bool(datetime.fromisoformat(str(value)))
        number = Decimal(str(value))
        places, digits = (0, 38) if column.type == "integer" else (9, 29)
        return abs(number) < 10**digits and number == round(number, places)
    except (ValueError, ArithmeticError):
        return False


def checked_pattern(pattern: str, where: str) -> str:
    r"""The pattern without its anchors; \d \w \s and look-around differ by engine: refused."""
    if re.search(r"\\[dwsDWSbB1-9]|\(\?[=!<]", pattern):
        raise InsightError(
            [
                Fault(
                    where=where,
                    expected="a pattern of ASCII classes such as [0-9], without look-around",
                    found=f"'{pattern}'",
                    consequence="the contract is not used",
                    next_step="write classes out, e.g. [0-9] for \\d",
                )
            ]
        )
    closed = re.search(r"(?<!\\)(\\\\)*\$$", pattern)  # \$ at the end is a dollar, no anchor
    return (pattern[:-1] if closed else pattern).removeprefix("^")


def spelling_of(column: Column) -> str:
    """SQL name of the joined code that a vocabulary column's text means."""
    return identifier(f"{column.name} → code")


def shares(columns: Sequence[str]) -> str:
    """SQL name of the flag saying that a row shares its values in `columns` with another row."""
    return identifier("_shares " + " and ".join(columns))
