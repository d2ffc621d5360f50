"""What a release says of its own tables: one frozen record per table, view or macro.

Belongs here: the shapes of the data dictionary. Does not belong here: its words, which are the
comments in the database (database/dictionary.py), or how they are read (reading.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Relation:
    """kind: table, view or macro; parameters of a macro only, columns not of a macro."""

    name: str
    kind: str
    description: str
    parameters: tuple[str, ...]
    columns: tuple[Column, ...]
