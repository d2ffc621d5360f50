"""SQL files as models: what each is called, what it reads, and its fingerprint.

Belongs here: discovery by folder and parsing. Does not belong here: running anything.
A model's name is `<folder>.<file stem>`; nothing anywhere lists the models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.header import ModelHeader, read


@dataclass(frozen=True)
class Model:
    """One SQL file: a table called `schema.name`, made by `query`."""

    schema: str
    name: str
    path: Path
    header: ModelHeader
    query: str

    @property
    def relation(self) -> str:
        return f"{self.schema}.{self.name}"

    @cached_property
    def tree(self) -> exp.Expr:
        return _parsed(self.query, str(self.path))

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """Relations read, as `schema.table`, sorted; names of CTEs are not relations."""
        return tuple(sorted({f"{t.db}.{t.name}" for t in self.tree.find_all(exp.Table) if t.db}))

    @cached_property
    def functions(self) -> frozenset[str]:
        """Names of called functions that are not SQL's own: macros, or a spelling mistake."""
        return frozenset(
            call.name.lower() for call in self.tree.find_all(exp.Anonymous, exp.AnonymousAggFunc)
        )

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the meaning of the query, not with comments or white space."""
        return fingerprint(self.relation, self.tree.sql(dialect="duckdb", comments=False))


@lru_cache(maxsize=2048)
def _parsed(query: str, where: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(query, dialect="duckdb")
    except sqlglot.ParseError as error:
        first = error.errors[0] if error.errors else {}
        raise InsightError(
            [
                Fault(
                    where=f"{where}: query line {first.get('line')}, column {first.get('col')}",
                    expected="one DuckDB query",
                    found=str(first.get("description") or "text that does not parse"),
                    consequence="the model cannot be placed in the graph",
                    next_step="run the query in DuckDB and correct it there",
                )
            ]
        ) from None


def load_models(folder: Path, header: type[ModelHeader] = ModelHeader) -> tuple[Model, ...]:
    """Every `*.sql` file of one folder as a model, in order of name."""
    return tuple(_load(path, header) for path in sorted(folder.glob("*.sql")))


def _load(path: Path, header: type[ModelHeader]) -> Model:
    parsed, query = read(path, header)
    return Model(path.parent.name, path.stem, path, parsed, query)


@dataclass(frozen=True)
class Macro:
    """One file of functions/: a `create or replace macro` statement DuckDB runs as it stands."""

    name: str
    query: str
    header: ModelHeader

    def calls(self, names: Iterable[str]) -> frozenset[str]:
        """Those of `names` that this macro's text calls."""
        called = set(re.findall(r"\b(\w+)\s*\(", self.query))
        return frozenset(name for name in names if name != self.name and name in called)


def load_macros(folder: Path) -> tuple[Macro, ...]:
    """Every macro of functions/, callees before callers (DuckDB binds a macro when it is made)."""
    macros = [
        Macro(path.stem, query, header)
        for path in sorted(folder.glob("*.sql"))
        for header, query in [read(path, ModelHeader)]
    ]
    names = {macro.name for macro in macros}
    ordered: list[Macro] = []
    waiting = macros
    while waiting:
        done = {macro.name for macro in ordered}
        ready = [macro for macro in waiting if macro.calls(names) <= done]
        ordered += ready or waiting
        waiting = [macro for macro in waiting if ready and macro not in ready]
    return tuple(ordered)


def macro_fingerprints(macros: Iterable[Macro]) -> dict[str, str]:
    """Each macro's fingerprint, which covers the macros it calls (callees come first)."""
    known: dict[str, str] = {}
    for macro in macros:
        inner = [known[name] for name in sorted(macro.calls(known))]
        known[macro.name] = fingerprint(macro.query, inner)
    return known
