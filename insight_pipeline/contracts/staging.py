"""Runs a feed's staging SQL, and unites what every feed gives to an internal contract.

Belongs here: from `accepted.<stem>` to `staging/<stem>.parquet` to `feeds/<name>.parquet`. Does not
belong here: SQL about any provider; that stands in dbt_like_sql/staging/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import accepted_columns, current_path
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.seal import is_whole, seal
from insight_pipeline.settings import Settings
from insight_pipeline.sql.checks import TestResult, run_tests
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal
from insight_pipeline.sql.model import Macro, Model, macros_of
from insight_pipeline.sql.runner import install_macros, target_fingerprints

FINGERPRINT_KEY = "insight_fingerprint"


@dataclass(frozen=True)
class Written:
    """A Parquet file made (or left as it was) from inputs with a fingerprint."""

    path: Path
    fingerprint: str
    rows: int
    unchanged: bool
    tests: tuple[TestResult, ...] = ()


def staging_path(settings: Settings, model: Model) -> Path:
    return settings.staging / f"{model.name}.parquet"


def feed_path(settings: Settings, name: str) -> Path:
    return settings.home / "feeds" / f"{name}.parquet"


def accepted_relation(contract: Contract) -> str:
    return f"accepted.{contract.stem}"


def run_staging(
    model: Model,
    contracts: Sequence[Contract],
    marks: Mapping[str, str],
    macros: Sequence[Macro],
    settings: Settings,
) -> Written:
    """Run one staging model over the datasets it reads, unless nothing it depends on changed.

    `marks`: fingerprints of the accepted datasets by relation.
    """
    target = target_fingerprints([model], macros, marks)[model.relation]
    path = staging_path(settings, model)
    with connect(settings) as connection:
        unchanged = _stored_fingerprint(connection, path) == target
        # Only those it calls: making all of them costs more than the rest of a small file.
        install_macros(connection, macros_of([model], macros))
        if unchanged:
            return _written(connection, model, path, target, unchanged=True)
        for contract in contracts:
            if accepted_relation(contract) in model.reads:
                _open_accepted(connection, contract, settings)
        _write(connection, model.query, path, target)
        return _written(connection, model, path, target, unchanged=False)


def read_staged(model: Model, settings: Settings) -> Written:
    """The staging file as it stands, its header's tests not run again."""
    return _read(staging_path(settings, model), model.relation, settings)


def read_feed(contract: Contract, settings: Settings) -> Written:
    """An internal contract's rows as they stand."""
    return _read(feed_path(settings, contract.stem), f"feeds.{contract.stem}", settings)


def _read(path: Path, relation: str, settings: Settings) -> Written:
    with connect(settings) as connection:
        mark = _stored_fingerprint(connection, path)
        if mark is None:
            raise InsightError([_not_made(relation)])
        return Written(path, mark, _rows(connection, path), unchanged=True)


def _not_made(relation: str) -> Fault:
    return Fault(
        where=relation,
        expected="a file made by an earlier step",
        found="none, or one that was damaged since",
        consequence="what reads it cannot run",
        next_step=f"materialise {relation} first",
    )


def _written(
    connection: duckdb.DuckDBPyConnection, model: Model, path: Path, mark: str, *, unchanged: bool
) -> Written:
    connection.execute(f"create temp view made as from read_parquet({literal(str(path))})")
    tests = run_tests(connection, "made", model.header.tests)
    return Written(path, mark, _rows(connection, path), unchanged, tests)


def _open_accepted(
    connection: duckdb.DuckDBPyConnection, contract: Contract, settings: Settings
) -> None:
    relation = accepted_relation(contract)
    path = current_path(settings, contract.stem)
    create_empty(connection, relation, accepted_columns(contract))
    if path.exists():
        connection.execute(
            f"insert into {relation} by name from read_parquet({literal(str(path))})"
        )


def unite_feed(
    contract: Contract,
    staged: Mapping[str, Written],
    settings: Settings,
) -> Written:
    """One internal contract's rows: the union by name of its feeders, cast to its types.

    `staged`: staging model name → its file, for the models whose header feeds this contract.
    """
    mark = fingerprint(contract.fingerprint, sorted((n, w.fingerprint) for n, w in staged.items()))
    path = feed_path(settings, contract.stem)
    with connect(settings) as connection:
        unchanged = _stored_fingerprint(connection, path) == mark
        if not unchanged:
            # By name: the bytes must not depend on who listed the feeders.
            feeders = [staged[name] for name in sorted(staged)]
            parts = [_part(connection, contract, written.path) for written in feeders]
            _write(connection, " union all ".join([*parts, _nothing(contract)]), path, mark)
        return Written(path, mark, _rows(connection, path), unchanged)


def _part(connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path) -> str:
    source = f"read_parquet({literal(str(path))})"
    given = {row[0] for row in connection.execute(f"describe from {source}").fetchall()}
    cells = [
        f"{identifier(name) if name in given else 'null'}::{kind} as {identifier(name)}"
        for name, kind in contract.physical_columns.items()
    ]
    return f"select {', '.join(cells)} from {source}"


def _nothing(contract: Contract) -> str:
    cells = [f"null::{kind} as {identifier(n)}" for n, kind in contract.physical_columns.items()]
    return f"select {', '.join(cells)} where false"


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path, mark: str) -> None:
    with replacing_file(path) as work:
        connection.execute(
            f"copy ({query}) to {literal(str(work))} "
            f"(format parquet, kv_metadata {{{FINGERPRINT_KEY}: {literal(mark)}}})"
        )
    seal(path)


def _stored_fingerprint(connection: duckdb.DuckDBPyConnection, path: Path) -> str | None:
    """What a file was made from; None where there is none, or a damaged one: it is made again."""
    if not is_whole(path):
        return None
    found = connection.execute(
        "select decode(value) from parquet_kv_metadata(?) where decode(key) = ?",
        [str(path), FINGERPRINT_KEY],
    ).fetchall()
    return str(found[0][0]) if found else None


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    counted = connection.execute(
        "select sum(num_rows) from parquet_file_metadata(?)", [str(path)]
    ).fetchall()
    return int(counted[0][0] or 0)
