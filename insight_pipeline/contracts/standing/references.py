"""Values that must stand in another dataset: which rows wait for theirs.

Belongs here: references between datasets as they stand now. Does not belong here: a delivery's own
verdict; that depends on the delivery alone, while a reference is mended by another provider's
delivery and released by it.
Values are compared as text, as both contracts' repairs left them. An empty cell refers to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from insight_pipeline.contracts.judging.rules import slug
from insight_pipeline.contracts.promise.contract import Contract, Reference
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, nearest
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.sql.engines.duckdb import identifier, literal

REFERENCES = "references.parquet"


def reference_code(reference: Reference) -> str:
    return f"{slug(reference.column)}.reference"


def mark_missing(
    connection: duckdb.DuckDBPyConnection,
    references: Sequence[Reference],
    parents: Mapping[str, Path],
) -> None:
    """Fill `missing` from `arrived`: one line for each row and reference that finds no parent.

    `parents`: stem → the dataset as it stands; one that is not there yet has no values.
    """
    connection.execute(
        "create temp table missing (_delivery_id varchar, _row bigint, column_name varchar, "
        "code varchar, holds boolean)"
    )
    for reference in references:
        cell = identifier(reference.column)
        known = _values(parents[reference.to_stem], reference.to_column)
        connection.execute(
            f"insert into missing select _delivery_id, _row, {literal(reference.column)}, "
            f"{literal(reference_code(reference))}, {reference.severity is Severity.RECORD} "
            f"from arrived where {cell} is not null and {cell} not in ({known})"
        )


def _values(path: Path, column: str) -> str:
    if not path.exists():
        return "select null::varchar where false"
    cell = identifier(column)
    return f"select {cell} from read_parquet({literal(str(path))}) where {cell} is not null"


def write_missing(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write what is missing among the rows that stand or wait; replaced rows concern nobody."""
    rows = (
        "select _delivery_id, _row, column_name, code from missing "
        "where (_delivery_id, _row) in (select (_delivery_id, _row) from standing "
        "union all select (_delivery_id, _row) from waiting) "
        "order by _delivery_id, _row, column_name, code"
    )
    with replacing_file(path) as work:
        connection.execute(f"copy ({rows}) to {literal(str(work))} (format parquet)")


def reference_faults(contracts: Sequence[Contract]) -> Iterator[Fault]:
    """References to what nobody promises, and references that go round in a circle."""
    by_stem = {contract.stem: contract for contract in contracts}
    for contract in contracts:
        for reference in contract.references:
            yield from _unknown_parent(contract, reference, by_stem)
    yield from _circles(by_stem)


def _unknown_parent(
    contract: Contract, reference: Reference, by_stem: Mapping[str, Contract]
) -> Iterator[Fault]:
    other = by_stem.get(reference.to_stem)
    where = f"{contract.path}: {reference.column}: relationships"
    known = [column.name for column in other.columns] if other else sorted(by_stem)
    named = reference.to_column if other else reference.to_stem
    if named not in known:
        yield Fault(
            where=where,
            expected=f"a column of {reference.to_stem}" if other else "a provider's contract",
            found=f"'{named}'",
            consequence="no value could ever be found there",
            next_step=nearest(named, known),
        )
    if reference.severity is Severity.DELIVERY:
        yield Fault(
            where=where,
            expected="severity record or warn",
            found="severity delivery",
            consequence="a delivery would be refused for what another provider has not sent yet",
            next_step="say `record` to hold the rows until their parent arrives",
        )


def _circles(by_stem: Mapping[str, Contract]) -> Iterator[Fault]:
    graph = {
        stem: {r.to_stem for r in contract.references if r.to_stem in by_stem}
        for stem, contract in by_stem.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = list(error.args[1])
        yield Fault(
            where=str(by_stem[circle[0]].path),
            expected="references that lead from one dataset to others and never back",
            found=" → ".join(reversed(circle)),
            consequence="no order exists in which these datasets could be reckoned",
            next_step="take one of these references out",
        )
