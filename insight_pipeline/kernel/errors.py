"""How every room says what went wrong: five parts, all faults collected, raised once.

Belongs here: the shape of an error. Does not belong here: any particular error's wording.
A fault never carries a personal value: names of files, columns, codes, counts and row numbers only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong, told so that the reader knows what to do next."""

    where: str
    expected: str
    found: str
    consequence: str
    next_step: str

    def __str__(self) -> str:
        return (
            f"{self.where}\n"
            f"    expected     {self.expected}\n"
            f"    found        {self.found}\n"
            f"    consequence  {self.consequence}\n"
            f"    next step    {self.next_step}"
        )


class InsightError(Exception):
    """One or more faults that stop the step which raises it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def raise_all(faults: Iterable[Fault]) -> None:
    """Raise one InsightError holding every fault; do nothing when there is none."""
    collected = tuple(faults)
    if collected:
        raise InsightError(collected)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or 'nothing similar': for did-you-mean messages."""
    match = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"did you mean '{match[0]}'?" if match else "nothing similar is known"
