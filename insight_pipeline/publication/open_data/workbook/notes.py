"""The sheet of notes: what every symbol means, and what to bear in mind, numbered.

Belongs here: numbering. Does not belong here: the words, which stand in site/words.py and among the
caveats of the release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from insight_pipeline.publication.open_data.workbook.model import Cell, Heading, Sheet
from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.store import Store

NAME = "Notes"
_EVERYWHERE = "All worksheets"
_EVERY_INDICATOR = "Those of every indicator"


@dataclass(frozen=True)
class Notes:
    """applies: each note's text → ids of the indicators it is about, in the order of numbers."""

    applies: Mapping[str, tuple[str, ...]]

    def references(self, indicator_id: str) -> list[str]:
        """`[note 1]` and so on, of the notes that are about an indicator."""
        return [
            f"[note {number}]"
            for number, about in enumerate(self.applies.values(), start=1)
            if indicator_id in about
        ]


def number_notes(store: Store) -> Notes:
    """One number for each text, however many indicators it is about."""
    applies: dict[str, tuple[str, ...]] = {}
    for each in store.caveats:
        about = applies.get(each.caveat, ())
        if each.indicator_id not in about:
            applies[each.caveat] = (*about, each.indicator_id)
    return Notes(applies)


def notes_sheet(notes: Notes, names: Mapping[str, str]) -> Sheet:
    """names: indicator id → name of its sheet."""
    symbols: list[tuple[Cell, ...]] = [
        (symbol, words.sentence(meaning), _EVERYWHERE)
        for symbol, meaning in words.SHORTHAND.items()
    ]
    numbered: list[tuple[Cell, ...]] = [
        (f"[note {number}]", words.sentence(text), _places(about, names))
        for number, (text, about) in enumerate(notes.applies.items(), start=1)
    ]
    return Sheet(
        NAME,
        "Notes: symbols, and what to bear in mind",
        ("A symbol in a column of numbers stands for a number that is not shown, and says why.",),
        (Heading("Symbol or note", 14), Heading("Meaning", 90), Heading("Worksheets", 50)),
        (*symbols, *numbered),
    )


def _places(about: tuple[str, ...], names: Mapping[str, str]) -> str:
    """The worksheets a note is about."""
    if len(about) == len(names) > 1:
        return _EVERY_INDICATOR
    return ", ".join(names[each] for each in about)
