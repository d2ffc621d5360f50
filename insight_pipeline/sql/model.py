"""SQL files as models: what each is called, what it reads, and its fingerprint.

Belongs here: discovery by folder and parsing. Does not belong here: running anything.
A model's name is `<folder>.<file stem>`; nothing anywhere lists the models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from sqlglot import exp

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.canonical import canonical_query, canonical_text
from insight_pipeline.sql.expression_tables import bare_tables_in, bare_tables_of, relations_of
from insight_pipeline.sql.header import Materialised, ModelHeader, read
from insight_pipeline.sql.parsing import (
    called,
    is_known_function,
    not_repeatable,
    parsed,
    unsteady_words,
)


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
        return parsed(self.query, str(self.path))

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """Relations read, as `schema.table`, sorted; names of CTEs are not relations."""
        return relations_of(self.tree)

    @cached_property
    def reads_bare(self) -> tuple[str, ...]:
        """Tables named without their schema, which nobody can look up, sorted."""
        return bare_tables_of(self.tree)

    @cached_property
    def tests_against(self) -> tuple[str, ...]:
        """Other relations its tests look at, sorted: made first, and not part of what it is."""
        named = {relation for test in self.header.tests for relation in test.against}
        return tuple(sorted(named - {self.relation}))

    @cached_property
    def tests_bare(self) -> tuple[str, ...]:
        """Tables that its tests name without their schema, sorted."""
        named = (bare_tables_in(test.expression or "") for test in self.header.tests)
        return tuple(sorted({name for names in named for name in names}))

    @cached_property
    def functions(self) -> frozenset[str]:
        """Names of called functions that are not SQL's own: macros, or a spelling mistake."""
        return frozenset(
            call.name.lower() for call in self.tree.find_all(exp.Anonymous, exp.AnonymousAggFunc)
        )

    @cached_property
    def fingerprint(self) -> str:
        """Changes with what the query means and how it stands, not with how it is written."""
        header = self.header
        stands = [header.materialised, header.key, header.track]
        return fingerprint(self.relation, _meaning(self.query, str(self.path)), stands)


@lru_cache(maxsize=2048)
def _meaning(query: str, where: str) -> str:
    return canonical_query(parsed(query, where))


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
        calls = called(self.query)
        return frozenset(name for name in names if name != self.name and name.lower() in calls)


def load_macros(folder: Path) -> tuple[Macro, ...]:
    """Every macro of functions/, callees before callers (DuckDB binds a macro when it is made)."""
    read_files = [(path, *read(path, ModelHeader)) for path in sorted(folder.glob("*.sql"))]
    raise_all(
        _more_than_a_macro(path)
        for path, header, _ in read_files
        if header.tests or header.materialised is not Materialised.TABLE
    )
    raise_all(fault for path, _, query in read_files for fault in _macro_faults(path, query))
    macros = [Macro(path.stem, query, header) for path, header, query in read_files]
    names = {macro.name for macro in macros}
    ordered: list[Macro] = []
    waiting = macros
    while waiting:
        done = {macro.name for macro in ordered}
        ready = [macro for macro in waiting if macro.calls(names) <= done]
        ordered += ready or waiting
        waiting = [macro for macro in waiting if ready and macro not in ready]
    return tuple(ordered)


def _more_than_a_macro(path: Path) -> Fault:
    return Fault(
        where=f"{path} (header)",
        expected="a description and an owner: a macro makes no table",
        found="tests or materialised",
        consequence="they would never count",
        next_step="take them out, or put them on the models that call the macro",
    )


def _macro_faults(path: Path, query: str) -> Iterator[Fault]:
    if is_known_function(path.stem):
        yield Fault(
            where=str(path),
            expected="a macro with a name that no function of SQL has",
            found=f"'{path.stem}', which is read as a function SQL knows",
            consequence="a change of the macro would not reach the models that call it",
            next_step="give the macro another name",
        )
    yield from (not_repeatable(str(path), word) for word in sorted(set(unsteady_words(query))))


def with_callees(macros: Sequence[Macro], names: Collection[str]) -> tuple[Macro, ...]:
    """The macros of these names and all that they call, callees first, as in `macros`."""
    wanted = set(names)
    for macro in reversed(macros):
        if macro.name in wanted:
            wanted |= macro.calls(other.name for other in macros)
    return tuple(macro for macro in macros if macro.name in wanted)


def macros_of(models: Iterable[Model], macros: Sequence[Macro]) -> tuple[Macro, ...]:
    """The macros these models and the tests of their headers call, with all that those call."""
    listed = tuple(models)
    tested = " ".join(t.expression or "" for model in listed for t in model.header.tests)
    functions = {name for model in listed for name in model.functions} | called(tested)
    return with_callees(macros, [m.name for m in macros if m.name.lower() in functions])


def macro_fingerprints(macros: Iterable[Macro]) -> dict[str, str]:
    """Each macro's fingerprint, which covers the macros it calls (callees come first)."""
    known: dict[str, str] = {}
    for macro in macros:
        inner = [known[name] for name in sorted(macro.calls(known))]
        known[macro.name] = fingerprint(canonical_text(macro.query), inner)
    return known
