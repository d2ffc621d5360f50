"""What is said of one public table: the shape in which every table is described.

Belongs here: that shape. Does not belong here: any table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Columns = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A public table: what it is, and per column its DuckDB type and meaning, in order."""

    description: str
    columns: Columns


@dataclass(frozen=True)
class Macro:
    """A public table macro: what it answers, its parameters, and its columns as of a table."""

    description: str
    parameters: tuple[str, ...]
    columns: Columns
