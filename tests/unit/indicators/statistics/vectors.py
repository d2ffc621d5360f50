"""Reading the published reference values, and counting how many numbers agree with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

SharedPath = Callable[[str], Path]
Record = Callable[[str, object], None]
LIMITS = {
    "value": "value",
    "lower95": "lower95_0cl",
    "upper95": "upper95_0cl",
    "lower998": "lower99_8cl",
    "upper998": "upper99_8cl",
}
RELATIVE = 1e-9


def published(shared_path: SharedPath, name: str) -> pl.DataFrame:
    """One file of phe/ with an empty cell as NULL and numbers typed from all its rows."""
    return pl.read_csv(shared_path(f"vectors/phe/{name}.csv"), infer_schema_length=None)


def agreeing(
    found: pl.DataFrame,
    expected: pl.DataFrame,
    columns: Mapping[str, str],
    *,
    relative: float = RELATIVE,
    absolute: float = 0.0,
) -> int:
    """How many numbers of `found` equal those of `expected`, row by row; fails at one that differs.

    `columns` maps found to expected names. NULL equals NULL alone and is not counted.
    """
    assert found.height == expected.height > 0
    return sum(
        _column(name, found[name].to_list(), expected[other].to_list(), relative, absolute)
        for name, other in columns.items()
    )


def _column(
    name: str,
    found: Sequence[float | None],
    expected: Sequence[float | None],
    relative: float,
    absolute: float,
) -> int:
    counted = 0
    for row, (left, right) in enumerate(zip(found, expected, strict=True)):
        if left is None or right is None:
            assert left is right, f"{name} in row {row}: {left} for {right}"
            continue
        same = math.isclose(left, right, rel_tol=relative, abs_tol=absolute)
        assert same, f"{name} in row {row}: {left} for {right}"
        counted += 1
    return counted


def figure(record: Record, file: str, count: int, words: str = "", of: str = "numbers") -> None:
    """Say in the summary how many numbers, labels or refusals of a file were compared."""
    record("figure", f"phe/{file}: {count} {of} agree{f', {words}' if words else ''}")
