"""What a caller of a statistic hands over, and what is refused before anything is calculated.

Belongs here: the columns, grouping, multiplier and confidence levels that every statistic takes,
and the shape of a refusal. Does not belong here: the rules of one statistic (its own module), the
calculation (calculation.py), words of a vocabulary (words.py). A refusal names columns and counts
rows; it never repeats a value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from insight_pipeline.kernel.errors import Fault, nearest, raise_all

PUBLISHED = (0.95, 0.998)
CONSEQUENCE = "no figure is calculated"
_CONFIDENCE = "confidence level must be between 90 and 100 or between 0.9 and 1"


@dataclass(frozen=True)
class Request:
    """Rows, the columns that play a part, the columns to group by, and the confidence levels.

    `columns` maps the name a column has in SQL to its name in `data`; `levels` are shares of 1.
    """

    where: str
    data: pl.DataFrame
    columns: Mapping[str, str]
    by: tuple[str, ...]
    levels: tuple[float, ...]

    def numbers(self) -> pl.DataFrame:
        """The columns under their SQL names, as doubles, one row for each row of `data`."""
        return self.data.select(
            pl.col(column).cast(pl.Float64).alias(name) for name, column in self.columns.items()
        )

    def whole(self, *names: str) -> bool:
        """Whether all these columns, by their SQL names, are of a type of whole numbers."""
        return all(self.data[self.columns[name]].dtype.is_integer() for name in names)

    def refuse(self, *rules: tuple[pl.Expr, str]) -> None:
        """Raise one InsightError naming every rule that a row breaks.

        A rule is an expression over the SQL names that is true where a row breaks it (NULL is not
        true), and the rule in words.
        """
        numbers = self.numbers()
        raise_all(
            fault
            for broken, rule in rules
            for fault in broken_rows(numbers, broken, self.where, rule)
        )


def requested(
    where: str,
    data: pl.DataFrame,
    columns: Mapping[str, str],
    by: Sequence[str] = (),
    confidence: float | Sequence[float] = (),
    multiplier: float = 1,
) -> Request:
    """A Request whose columns exist, hold finite numbers or NULL, and whose levels are levels."""
    levels = confidence if isinstance(confidence, Sequence) else (confidence,)
    raise_all(
        [
            *_confidence_faults(where, levels),
            *argument_faults(
                where,
                math.isfinite(multiplier) and multiplier > 0,
                "multiplier must be greater than 0",
                "one that is not",
            ),
            *column_faults(where, data, columns.values(), by),
        ]
    )
    raise_all(_not_finite(where, data, columns.values()))
    scaled = dict.fromkeys(level if level < 1 else round(level / 100, 15) for level in levels)
    return Request(where, data, columns, tuple(by), tuple(scaled))


def argument_faults(where: str, holds: bool, rule: str, found: str) -> Iterator[Fault]:
    """A fault unless an argument keeps its rule."""
    if not holds:
        yield Fault(where, rule, found, CONSEQUENCE, "call again with an argument that keeps it")


def refuse_unless(holds: bool, where: str, rule: str, found: str) -> None:
    """Raise one InsightError unless an argument keeps its rule."""
    raise_all(argument_faults(where, holds, rule, found))


def column_faults(
    where: str, data: pl.DataFrame, numbers: Iterable[str], others: Iterable[str] = ()
) -> Iterator[Fault]:
    """Columns that `data` lacks, and columns that should hold numbers and do not."""
    needed = tuple(numbers)
    for name in dict.fromkeys([*needed, *others]):
        if name not in data.columns:
            yield Fault(
                where=f"{where}: columns",
                expected=f"a column '{name}'",
                found=f"columns {', '.join(data.columns) or 'none'}",
                consequence=CONSEQUENCE,
                next_step=f"name the column by keyword; {nearest(name, data.columns)}",
            )
        elif name in needed and not (data[name].dtype.is_numeric() or data[name].dtype == pl.Null):
            yield Fault(
                where=f"{where}: column '{name}'",
                expected=f"field {name} must be numeric",
                found=str(data[name].dtype),
                consequence=CONSEQUENCE,
                next_step="cast the column to a number",
            )


def key_faults(request: Request, figures: Iterable[str]) -> Iterator[Fault]:
    """Grouping columns that have the name of a figure."""
    for name in sorted(set(request.by) & set(figures)):
        yield Fault(
            where=f"{request.where}: column '{name}'",
            expected="columns to group by that no figure is called",
            found=f"a figure called {name}",
            consequence=CONSEQUENCE,
            next_step="rename the column to group by",
        )


def broken_rows(rows: pl.DataFrame, broken: pl.Expr, where: str, rule: str) -> Iterator[Fault]:
    """A fault when `broken` is true for a row, with how many rows and which is the first."""
    marked = rows.select(broken.fill_null(False).cast(pl.Boolean).alias("broken"))["broken"]
    count = int(marked.sum())
    if count:
        first = int(marked.arg_true()[0])
        yield Fault(
            where=where,
            expected=rule,
            found=f"{count} of {rows.height} rows that break this, the first in row {first + 1}",
            consequence=CONSEQUENCE,
            next_step="correct these rows or leave them out, and call again",
        )


def _confidence_faults(where: str, levels: Sequence[float]) -> Iterator[Fault]:
    wrong = [level for level in levels if not (0.9 <= level < 1 or 90 <= level < 100)]
    yield from argument_faults(
        where, not wrong, _CONFIDENCE, ", ".join(str(level) for level in wrong)
    )


def _not_finite(where: str, data: pl.DataFrame, numbers: Iterable[str]) -> Iterator[Fault]:
    for name in dict.fromkeys(numbers):
        if data[name].dtype.is_float():
            odd = ~pl.col(name).is_finite()
            yield from broken_rows(data, odd, where, f"field {name} must be finite or NULL")
