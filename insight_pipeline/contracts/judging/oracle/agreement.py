"""Whether our pass and the oracle agree, row by row and rule by rule, on a contract's edges.

Belongs here: the comparison. Does not belong here: either opinion.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.judging import scan
from insight_pipeline.contracts.judging.cells import fill_cells, fill_spelling
from insight_pipeline.contracts.judging.headers import match_header
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.oracle.edge_rows import edge_rows
from insight_pipeline.contracts.judging.oracle.pair import HELD, Pair
from insight_pipeline.contracts.judging.rules import Rule, compile_rules
from insight_pipeline.contracts.promise.contract import Contract


@dataclass(frozen=True)
class Agreement:
    """What both said about the edge rows. unknown: rules the oracle has no opinion on."""

    rows: int
    pairs: int
    ours_only: frozenset[Pair]
    theirs_only: frozenset[Pair]
    unknown: frozenset[str]

    @property
    def agree(self) -> bool:
        return not (self.ours_only or self.theirs_only)

    @property
    def disputed(self) -> tuple[str, ...]:
        """Codes of the rules they disagree about."""
        return tuple(sorted({code for _, code in self.ours_only | self.theirs_only}))


def agreement(connection: duckdb.DuckDBPyConnection, contract: Contract, law: Law) -> Agreement:
    """Both opinions on the edge rows of a contract; `connection` has the format macros.

    Fills `cells`, `exceptions` and `spelling` of the connection anew.
    """
    # Importing Great Expectations takes seconds: only when it is asked.
    from insight_pipeline.contracts.judging.oracle.second_opinion import pairs_of_great_expectations

    rows = edge_rows(contract, law.code_lists(contract))
    rules = tuple(rule for rule in compile_rules(contract) if rule.counts_rows)
    codes = law.spellings(contract, date.max)
    theirs, unknown = pairs_of_great_expectations(contract, rules, rows.to_dicts(), spelled(codes))
    judged = tuple(rule for rule in rules if rule.code not in unknown)
    known = our_pairs(connection, contract, judged, rows, codes)
    return Agreement(
        rows=rows.height,
        pairs=len(known & theirs),
        ours_only=frozenset(known - theirs),
        theirs_only=frozenset(theirs - known),
        unknown=frozenset(unknown),
    )


def spelled(codes: pl.DataFrame) -> dict[str, dict[str, str]]:
    """Vocabulary → spelling → code."""
    found: dict[str, dict[str, str]] = {}
    for name, word, code in codes.select("vocabulary", "spelling", "code").iter_rows():
        found.setdefault(name, {})[word] = code
    return found


def our_pairs(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    rules: tuple[Rule, ...],
    rows: pl.DataFrame,
    codes: pl.DataFrame,
) -> set[Pair]:
    """Every broken rule and held row, by our pass."""
    header = match_header(contract, [name for name in rows.columns if name != "_row"], ())
    fill_spelling(connection, codes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edges.parquet"
        rows.write_parquet(path)
        fill_cells(connection, path, contract, header)
        scan.find_exceptions(connection, contract, rules)
    found = connection.execute("select _row, unnest(_broken) from exceptions").fetchall()
    held = connection.execute("select _row from exceptions where _held").fetchall()
    return {*((row, rules[place].code) for row, place in found), *((row, HELD) for (row,) in held)}
