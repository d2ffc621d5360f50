"""The closed list of repairs a contract may name; nothing else about a cell is ever changed.

Belongs here: each repair as one SQL expression and one sentence, and the order they are applied in.
Does not belong here: which contract names which (contract.py), or counting them (scan.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from insight_pipeline.contracts.promise.cell import date_format, moment, strptime_format
from insight_pipeline.contracts.promise.contract import Column, ContractProperties
from insight_pipeline.sql.engines.duckdb import literal


@dataclass(frozen=True)
class Repair:
    """`sql` gives the repaired text from the SQL of the text before."""

    name: str
    sentence: str
    sql: Callable[[str], str]


TRIM = "trim"
# Around a value nobody sees them: spaces of any kind (Unicode Z), tabs, line breaks, zero widths.
AROUND = "".join(
    map(
        chr,
        (
            *(9, 10, 11, 12, 13, 32, 0xA0, 0x1680, *range(0x2000, 0x200E), 0x2028, 0x2029),
            *(0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF),
        ),
    )
)


def trimmed(text: str) -> str:
    """SQL for `text` without what nobody sees around it."""
    # Nearly every cell begins and ends with a plain character: looking at those two is cheaper.
    plain = f"{text}[1] between '!' and '~' and {text}[-1] between '!' and '~'"
    return f"case when {plain} then {text} else trim({text}, {literal(AROUND)}) end"


# In the order they are applied. Within a value blanks are spaces (Unicode Zs), never line breaks.
TEXT_REPAIRS = (
    Repair(TRIM, "Blanks around the value were removed.", trimmed),
    Repair(
        "collapse_spaces",
        "Blanks in a row within the value became one.",
        lambda text: f"regexp_replace({text}, '\\p{{Zs}}+', ' ', 'g')",
    ),
    Repair("upper", "The value was put in capitals.", lambda text: f"upper({text})"),
    Repair("lower", "The value was put in small letters.", lambda text: f"lower({text})"),
)
DATE_FORMAT, SYNONYM = "date_format", "synonym"
HEADER_SYNONYM, HEADER_CASE = "header_synonym", "header_case"
# What else is counted: named by `dateFormats`, `vocabulary`, `headerSynonyms`, and header_case.
SENTENCES = {
    **{repair.name: repair.sentence for repair in TEXT_REPAIRS},
    DATE_FORMAT: "The date was rewritten from another agreed format.",
    SYNONYM: "A label, a synonym or another case of a code was replaced by the code.",
    HEADER_SYNONYM: "The column was recognised by another agreed name.",
    HEADER_CASE: "The column was recognised by its name in other case or spacing.",
}
# Names that may stand in the `normalise` of a column, and of a contract.
COLUMN_NAMES = tuple(repair.name for repair in TEXT_REPAIRS)
CONTRACT_NAMES = (*COLUMN_NAMES, HEADER_CASE)


@dataclass(frozen=True)
class Repaired:
    """A cell after its repairs: the SQL of its text, and for each repair where it changed it."""

    text: str
    changed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Raw:
    """A cell as received: its SQL, and that of its text without blanks around it.

    Both are names, reckoned once: within a condition the engine would trim again and again.
    """

    text: str
    trimmed: str


def repaired(column: Column, promise: ContractProperties, raw: Raw) -> Repaired:
    """The text repairs named for a column applied to its raw cell, in their fixed order."""
    named = {*promise.normalise, *column.properties.normalise}
    text, changed = raw.text, []
    for repair in TEXT_REPAIRS:
        if repair.name in named:
            after = raw.trimmed if repair.name == TRIM else repair.sql(text)
            changed.append((repair.name, f"{text} <> {after}"))
            text = after
    return Repaired(text, tuple(changed))


def empty_as_null(column: Column, text: str, raw: Raw) -> str:
    """SQL for `text`, NULL where nothing can be seen in it or it is agreed to mean empty.

    Blanks of any kind, tabs, line breaks, zero-width and control characters: none can be seen.
    """
    # Nearly every cell begins with a plain character: the pattern is for the others.
    plain = f"{raw.trimmed} between '!' and '~'"
    filled = f"({plain} or not regexp_full_match({raw.text}, '[\\pZ\\pC]*'))"
    agreed = [word.lower() for word in column.properties.empty_values]
    if agreed:
        filled += f" and lower({raw.trimmed}) not in ({', '.join(map(literal, agreed))})"
    return f"case when {filled} then {text} end"


def one_date_format(column: Column, text: str) -> str:
    """SQL for `text` in the promised format where it is a date in another agreed one."""
    others = column.properties.date_formats
    if not others:
        return text
    promised = literal(strptime_format(column))
    rewritten = [f"strftime({moment(text, form)}, {promised})" for form in others]
    as_promised = f"case when {moment(text, date_format(column))} is not null then {text} end"
    return f"coalesce({', '.join([as_promised, *rewritten, text])})"
