"""The rows as the oracle sees them: repaired texts, values, and what a rule asks of them.

Belongs here: columns reckoned in plain Python for an expectation to look at. Does not belong here:
the expectations (expectations.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from insight_pipeline.contracts.judging.oracle import cells
from insight_pipeline.contracts.promise.contract import Column, Contract

Texts = Mapping[str, str | None]


class Table:
    """Columns by name, equally long; `_row` numbers the rows."""

    def __init__(
        self,
        contract: Contract,
        rows: Sequence[Mapping[str, Any]],
        spellings: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.contract = contract
        self.texts: list[dict[str, str | None]] = [
            {
                c.name: cells.meant(
                    cells.repaired(row[c.name], c, contract.promise),
                    spellings.get(c.properties.vocabulary or "", {}),
                )
                for c in contract.columns
            }
            for row in rows
        ]
        self.columns: dict[str, list[Any]] = {"_row": [row["_row"] for row in rows]}
        for column in contract.columns:
            texts = [row[column.name] for row in self.texts]
            self.columns[column.name] = texts
            self.columns[value_name(column)] = [cells.value(text, column) for text in texts]

    def add(self, name: str, values: list[Any]) -> str:
        """A column for one expectation to look at; None is looked at by none."""
        self.columns[name] = values
        return name

    def of_cell(self, name: str, column: Column, make: Callable[[str], Any]) -> str:
        """A column made of each filled cell of another."""
        texts = self.columns[column.name]
        return self.add(name, [None if text is None else make(text) for text in texts])

    def of_value(self, name: str, column: Column, make: Callable[[Any], Any]) -> str:
        """A column made of each cell that is of its type."""
        values = self.columns[value_name(column)]
        return self.add(name, [None if value is None else make(value) for value in values])

    def of_row(self, name: str, looked_at: Sequence[str], make: Callable[[Texts], Any]) -> str:
        """A column made of each row whose cells among `looked_at` are all of their types."""
        typed = [c for c in self.contract.columns if c.name in looked_at and c.type != "string"]
        return self.add(
            name,
            [
                None if self._mistyped(place, typed) else make(row)
                for place, row in enumerate(self.texts)
            ],
        )

    def _mistyped(self, place: int, columns: Sequence[Column]) -> bool:
        return any(
            self.columns[c.name][place] is not None and self.columns[value_name(c)][place] is None
            for c in columns
        )

    def originals(self) -> list[int]:
        """For each row the place of the first row that is the same, if both have the whole key."""
        seen: dict[tuple[Any, ...], int] = {}
        key = self.contract.key
        return [
            seen.setdefault(tuple(row.values()), place)
            if key and None not in [row[name] for name in key]
            else place
            for place, row in enumerate(self.texts)
        ]


def value_name(column: Column) -> str:
    """The name of the column that holds another's values."""
    return f"{column.name} as {column.type}"
