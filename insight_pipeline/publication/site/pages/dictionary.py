"""The data dictionary: every table, view and macro with its columns, and ten questions in SQL.

Belongs here: what stands on that page. Does not belong here: what a column means
(publication/database/dictionary.py), or the questions (publication/database/questions/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from insight_pipeline.publication.database import table as described
from insight_pipeline.publication.database.dictionary import TABLES, VIEWS
from insight_pipeline.publication.database.macro_columns import MACROS
from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.site.exhibits import Table
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.store import Store

NAVIGATION = (80, "Dictionary", "dictionary.html")


@dataclass(frozen=True)
class Entry:
    """One table, view or macro. call: how it stands behind `from`."""

    name: str
    call: str
    description: str
    columns: Table


def pages(store: Store) -> Iterator[Page]:
    yield page(
        "dictionary.html",
        "dictionary.html",
        store,
        title="Data dictionary",
        kinds=(
            ("Tables", [_entry(name, name, each) for name, each in TABLES.items()]),
            ("Views", [_entry(name, name, each) for name, each in VIEWS.items()]),
            ("Macros", [_entry(name, _call(name, each), each) for name, each in MACROS.items()]),
        ),
        questions=load_questions(),
        figures=f"{store.release.figures:,}",
    )


def _call(name: str, macro: described.Macro) -> str:
    return f"{name}({', '.join(macro.parameters)})"


def _entry(name: str, call: str, each: described.Table | described.Macro) -> Entry:
    column = Markup('<code>{}</code><br><span class="note">{}</span>')
    rows = tuple(
        (column.format(name_, type_.lower()), meaning)
        for name_, (type_, meaning) in each.columns.items()
    )
    head = ("Column, type", "Meaning")
    columns = Table(f"of-{name}", f"Columns of {name}.", head, rows, texts=2)
    return Entry(name, call, each.description, columns)
