"""Pathways as pages need them: the record, and the SQL that reads it.

Belongs here: one frozen record per row. Does not belong here: what became of people on them
(pathway_exhibits.py). A field has the name, the type and the meaning of the column; see
database/pathway_columns.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Pathway:
    """A row of table pathway."""

    pathway_code: str
    pathway: str
    clock_days: int
    standard: str


# Field of a store → what its records are, and the query that gives them.
PATHWAY_QUERIES: Mapping[str, tuple[type[Any], str]] = {
    "pathways": (Pathway, "from pathway order by pathway, pathway_code")
}
