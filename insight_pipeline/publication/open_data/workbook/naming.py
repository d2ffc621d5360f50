"""Names that Excel accepts for sheets and tables.

Belongs here: those rules. Does not belong here: which sheets there are (book.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 31
# Characters that no sheet's name may have; an apostrophe may not stand at an end.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = "history"


def sheet_names(ids: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Id → a name of its own, as near to the id as Excel allows; letter case tells none apart."""
    used = {_RESERVED, *(name.lower() for name in taken)}
    names = {}
    for each in ids:
        plain = _FORBIDDEN.sub("_", each)[:LONGEST].strip("'") or "_"
        name, number = plain, 2
        while name.lower() in used:
            ending = f"_{number}"
            name, number = plain[: LONGEST - len(ending)] + ending, number + 1
        used.add(name.lower())
        names[each] = name
    return names


def table_name(sheet: str, number: int) -> str:
    """Name of the table on the sheet in place `number`, which makes it the only one."""
    return f"table_{number}_{re.sub(r'[^A-Za-z0-9]+', '_', sheet)}"
