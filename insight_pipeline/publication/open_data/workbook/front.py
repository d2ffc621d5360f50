"""The sheets that come first: a cover, and a list of contents with links.

Belongs here: what the workbook says of itself. Does not belong here: its tables.
"""

from __future__ import annotations

from collections.abc import Iterable

from insight_pipeline.publication.open_data.about import About
from insight_pipeline.publication.open_data.terms import LICENCE, PREVIEW
from insight_pipeline.publication.open_data.workbook import cells
from insight_pipeline.publication.open_data.workbook.model import (
    Cell,
    Cover,
    Heading,
    Link,
    Number,
    Sheet,
)
from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.store import Store

COVER = "Cover"
CONTENTS = "Contents"


def cover(store: Store, about: About) -> Cover:
    """What this is, how far it reaches, how to read it, and on what terms."""
    shown = store.release.figures - store.release.withheld
    return Cover(
        COVER,
        about.title,
        (
            *((("Preview", (PREVIEW,)),) if store.release.is_preview else ()),
            (
                "About these figures",
                (
                    f"What happened to people who used services in {about.borough}: "
                    f"{words.plural(len(store.indicators), 'indicator')} of outcomes across "
                    "providers.",
                    f"The data reach to {words.day(about.as_of)}. Release {about.release}.",
                    f"{words.plural(store.release.figures, 'figure')}, of which {shown:,} are "
                    "shown. The others are withheld, or not known yet.",
                    f"{cells.rounding(store.figures)} Small ones are withheld, so that nobody can "
                    "be recognised. Values and limits are worked out from the counts as they are "
                    "shown, so parts may not add up to their whole.",
                ),
            ),
            (
                "How to read this workbook",
                (
                    "Every worksheet holds one table. Its title is in cell A1.",
                    "Where a number is not shown, a symbol such as [c] stands in its place. "
                    "Symbols of numbers that are shown, such as [p], stand in the column Symbols.",
                    Link("What the symbols and notes mean", sheet="Notes"),
                    Link("List of worksheets", sheet=CONTENTS),
                    "The same figures are published as CSV, Parquet and DuckDB beside this file.",
                ),
            ),
            ("Licence", _terms(store, about)),
            ("Contact", (about.contact,)),
        ),
    )


def _terms(store: Store, about: About) -> tuple[str | Link, ...]:
    if store.release.is_preview:
        return ("None: nothing of this is published.",)
    return (
        f"Published by {about.publisher} under the {LICENCE.title}: copy, publish and "
        f"adapt these figures freely, naming {about.publisher} as their source.",
        Link(LICENCE.title, address=LICENCE.url),
    )


def contents(sheets: Iterable[Sheet]) -> Sheet:
    """A link to every sheet that follows, and what is on it."""
    return Sheet(
        CONTENTS,
        "Contents",
        ("Links lead to each worksheet.",),
        (Heading("Worksheet", 32), Heading("What it holds", 80), Heading("Rows", 8, numeric=True)),
        tuple(_line(each) for each in sheets),
    )


def _line(sheet: Sheet) -> tuple[Cell, ...]:
    return Link(sheet.name, sheet=sheet.name), sheet.title, Number(len(sheet.rows))
