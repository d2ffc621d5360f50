"""What the YAML files behind `reference.*` share: a key once, known codes, and rows to a table.

Belongs here: checks and conversions that several of those files need. Does not belong here: any
file's own shape (services.py, pathways.py, needs.py, spend_themes.py, alert_rules.py), or which
tables there are (sources.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

import polars as pl

from insight_pipeline.kernel.errors import Fault, nearest

PolarsType: TypeAlias = pl.DataType | type[pl.DataType]

_TYPES: Mapping[str, PolarsType] = MappingProxyType(
    {
        "BIGINT": pl.Int64,
        "BOOLEAN": pl.Boolean,
        "DATE": pl.Date,
        "DOUBLE": pl.Float64,
        "INTEGER": pl.Int32,
        "VARCHAR": pl.String,
    }
)
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


@dataclass(frozen=True)
class UsedCode:
    """A code that a file uses: where it stands, and the code list it is to be in."""

    where: str
    vocabulary: str
    code: str


def each_once(codes: Iterable[str]) -> None:
    """ValueError naming every code that stands more than once."""
    listed = list(codes)
    repeated = sorted({code for code in listed if listed.count(code) > 1})
    if repeated:
        raise ValueError(f"{', '.join(repeated)} stands more than once")


def unknown_codes(
    used: Iterable[UsedCode], vocabularies: pl.DataFrame, consequence: str
) -> Iterator[Fault]:
    """A fault per code that its code list does not hold, with the nearest one.

    vocabularies: columns vocabulary and code, as `load_vocabularies` gives them.
    """
    listed = vocabularies.group_by("vocabulary").agg("code").rows()
    known = {vocabulary: set(codes) for vocabulary, codes in listed}
    for each in used:
        if each.code not in known.get(each.vocabulary, ()):
            yield Fault(
                where=each.where,
                expected=f"a code of the code list {each.vocabulary}",
                found=f"'{each.code}'",
                consequence=consequence,
                next_step=nearest(each.code, known.get(each.vocabulary, ())),
            )


def reference_table(rows: Sequence[Sequence[Any]], columns: Mapping[str, str]) -> pl.DataFrame:
    """A frame of `rows`, whose cells stand in the order of `columns`: name to DuckDB type."""
    schema = {name: _polars_type(kind) for name, kind in columns.items()}
    kinds = list(schema.values())
    cells = [[_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows]
    return pl.DataFrame(cells, schema=schema, orient="row")


def _polars_type(kind: str) -> PolarsType:
    decimal = _DECIMAL.fullmatch(kind)
    return pl.Decimal(int(decimal[1]), int(decimal[2])) if decimal else _TYPES[kind]


def _cell(cell: Any, kind: PolarsType) -> Any:
    """Decimals are made of the digits that were written: YAML's numbers are read as floats."""
    if cell is None or not isinstance(kind, pl.Decimal):
        return cell
    return round(Decimal(str(cell)), kind.scale)
