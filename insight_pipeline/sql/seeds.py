"""Seeds: small reference tables that stand in the project itself, a CSV file and a YAML file each.

Belongs here: reading them as models. Does not belong here: code lists of contracts (they have
vocabularies/), or what any seed is for. A seed's query is its rows, typed, so that a seed goes
wherever a model goes: it has a fingerprint, tests, an asset, lineage and readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
from pydantic import Field

from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.sql.engines.duckdb import identifier, literal
from insight_pipeline.sql.header import ModelHeader
from insight_pipeline.sql.header_tests import TableTest, unsteady_tests
from insight_pipeline.sql.model import Model

SCHEMA = "seeds"
# Types whose values have one way to be written; others must read back as they stand.
NUMBERS = r"(?:tiny|small|big|huge)?int|integer|decimal\(\d+, ?\d+\)"
TYPE = rf"^(?:{NUMBERS}|double|varchar|boolean|date|timestamp)$"


class SeedColumn(StrictModel):
    """One column: its DuckDB type and what it means."""

    type: str = Field(pattern=TYPE)
    description: str


class SeedHeader(StrictModel):
    """The YAML file beside a seed's CSV file."""

    description: str
    owner: str
    grain: str = ""
    columns: Annotated[dict[str, SeedColumn], Field(min_length=1)]
    tests: tuple[TableTest, ...] = ()


@dataclass(frozen=True)
class Seed(Model):
    """A model that reads nothing; `path` is its CSV file, `types` its columns' types in order."""

    types: Mapping[str, str]


def load_seeds(folder: Path) -> tuple[Seed, ...]:
    """Every seed of a folder, in order of name; one InsightError lists all faults of a kind."""
    tables, notes = ({p.stem for p in folder.glob(f"*.{kind}")} for kind in ("csv", "yaml"))
    raise_all(_alone(folder / f"{name}.csv", "yaml") for name in sorted(tables - notes))
    raise_all(_alone(folder / f"{name}.yaml", "csv") for name in sorted(notes - tables))
    return tuple(_load(folder / f"{name}.csv") for name in sorted(tables))


def _alone(path: Path, other: str) -> Fault:
    expected = f"{path.stem}.{other} beside it"
    return _fault(str(path), expected, "no such file", f"write {path.stem}.{other}")


def _load(path: Path) -> Seed:
    notes = path.with_suffix(".yaml")
    header = load_yaml(notes, SeedHeader)
    raise_all(unsteady_tests(header.tests, str(notes)))
    types = {name: column.type for name, column in header.columns.items()}
    frame = _read(path, types)
    raise_all(_value_faults(path, frame, types))
    return Seed(
        schema=SCHEMA,
        name=path.stem,
        path=path,
        header=ModelHeader(
            description=header.description,
            owner=header.owner,
            grain=header.grain,
            columns={name: column.description for name, column in header.columns.items()},
            tests=header.tests,
        ),
        query=_query(frame, types),
        types=types,
    )


def _read(path: Path, types: Mapping[str, str]) -> pl.DataFrame:
    """The cells as text, NULL where empty, in the order of the YAML file's columns."""
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError:
        expected = f"a CSV file with the columns {', '.join(types)}"
        found = "a file that is empty, no CSV, or has lines of other lengths"
        raise InsightError([_fault(str(path), expected, found, "correct the file")]) from None
    raise_all(
        [
            *(_column_fault(path, name, f"'{name}'", types) for name in _extra(frame, types)),
            *(
                _column_fault(path, name, f"no column '{name}'", frame.columns)
                for name in types
                if name not in frame.columns
            ),
        ]
    )
    return frame.select(list(types))


def _extra(frame: pl.DataFrame, types: Mapping[str, str]) -> list[str]:
    return [name for name in frame.columns if name not in types]


def _column_fault(path: Path, name: str, found: str, known: Mapping[str, str] | list[str]) -> Fault:
    expected = f"the columns that {path.stem}.yaml describes"
    return _fault(f"{path}: line 1", expected, found, nearest(name, known))


def _value_faults(path: Path, frame: pl.DataFrame, types: Mapping[str, str]) -> Iterator[Fault]:
    """Of each column the first cell that is no value of its type; lines count from the header."""
    lines = frame.with_row_index("line of the file", offset=2).cast(pl.String)
    with duckdb.connect() as connection:
        connection.execute(f"create table seed as {_rows(lines)}")
        for name, kind in types.items():
            line = connection.execute(
                'select min("line of the file"::bigint) from seed '
                f"where {_is_broken(identifier(name), kind)}"
            ).fetchall()[0][0]
            if line is not None:
                where = f"{path}: line {line}, column '{name}'"
                yield _fault(where, f"a value of type {kind}", "another", "correct the cell")


def _is_broken(column: str, kind: str) -> str:
    """SQL: the cell does not cast, or means something else once it is cast."""
    value = f"try_cast({column} as {kind})"
    if kind == "double":
        return f"{column} is not null and {value} is null"
    if "int" in kind or kind.startswith("decimal"):
        exact = f"try_cast({column} as decimal(38, 12))"
        return (
            f"{column} is not null and "
            f"({value} is null or {exact} is distinct from {value}::decimal(38, 12))"
        )
    return f"{column} is distinct from {value}::varchar or contains({column}, chr(10))"


def _query(frame: pl.DataFrame, types: Mapping[str, str]) -> str:
    cells = [f"{identifier(name)}::{kind} as {identifier(name)}" for name, kind in types.items()]
    return "select\n    " + ",\n    ".join(cells) + f"\nfrom ({_rows(frame)})"


def _rows(frame: pl.DataFrame) -> str:
    """The cells as a SQL query that gives them as text."""
    names = ", ".join(identifier(name) for name in frame.columns)
    nothing = "(" + ", ".join("null" for _ in frame.columns) + ")"
    rows = [
        f"({', '.join('null' if cell is None else literal(cell) for cell in row)})"
        for row in frame.iter_rows()
    ]
    values = ",\n".join(rows) or nothing
    none = "" if rows else " where false"
    return f"select * from (values\n{values}) as given ({names}){none}"


def _fault(where: str, expected: str, found: str, next_step: str) -> Fault:
    return Fault(
        where=where,
        expected=expected,
        found=found,
        consequence="the seed is not used, and nothing runs",
        next_step=next_step,
    )
