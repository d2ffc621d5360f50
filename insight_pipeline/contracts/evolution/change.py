"""What a difference between two versions of a contract is called, and whom it touches.

Belongs here: the words. Does not belong here: which field's change is which (column_changes.py,
contract_changes.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Touches(StrEnum):
    """Whom a change touches, the worst first.

    breaks_providers: a delivery that was good yesterday may be refused or held today.
    breaks_consumers: what our SQL reads vanishes, or means something else.
    governance_review: what was agreed about people's data; the information governance lead decides.
    """

    BREAKS_PROVIDERS = "breaks_providers"
    BREAKS_CONSUMERS = "breaks_consumers"
    GOVERNANCE_REVIEW = "governance_review"
    SAFE = "safe"


class Level(StrEnum):
    """The part of a semantic version that a change moves, the greatest first."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    NONE = "none"


@dataclass(frozen=True)
class Change:
    """One difference: `where` names column or rule, `what` says it in words.

    column: the promised column whose cells are read otherwise from now on, if there is one.
    """

    where: str
    what: str
    verdict: Touches
    level: Level
    column: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a field stands. holds: whether what breaks a rule here is more than warned about."""

    where: str
    holds: bool = True
    required: bool = False
    column: str | None = None

    def breaks_providers(self, what: str) -> Change:
        """A stricter promise; where it is only warned about, nobody's delivery is held."""
        if not self.holds:
            return self.safe(f"{what} (only warned about)")
        return Change(self.where, what, Touches.BREAKS_PROVIDERS, Level.MAJOR, self.column)

    def breaks_consumers(self, what: str, level: Level = Level.MAJOR) -> Change:
        return Change(self.where, what, Touches.BREAKS_CONSUMERS, level, self.column)

    def governance(self, what: str) -> Change:
        return Change(self.where, what, Touches.GOVERNANCE_REVIEW, Level.MINOR, self.column)

    def safe(self, what: str, level: Level = Level.MINOR) -> Change:
        return Change(self.where, what, Touches.SAFE, level)


# From (old value, new value, place) to changes; asked only where the two differ.
FieldRule = Callable[[Any, Any, Place], Iterable[Change]]


def said(value: object) -> str:
    """A value of a contract in words."""
    if value is None or value == ():
        return "nothing"
    if isinstance(value, tuple | frozenset | set | list):
        return ", ".join(sorted(str(item) for item in value))
    return f"'{value}'" if isinstance(value, str) else str(value)


def moved(name: str, old: object, new: object) -> str:
    return f"{name} was {said(old)}, is {said(new)}"
