"""Whether the SQL of an incremental model says itself that its keys need each other.

Belongs here: what is plain from the tree alone. Does not belong here: what one clause says of the
key (key_clauses.py), or what only rows show (key_promise.py). Wherever rows of several keys could
meet, the key has to stand: in each partition, group and distinct, in a join of two relations that
have it, in a subquery that asks about another row. To name it besides a number that belongs to one
key anyway, an event's or a tenancy's, changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.sql.key_clauses import (
    asks_by_key,
    gives_key,
    groups_by_key,
    is_apart,
    joins_by_key,
    names_key,
    own_parts,
    sources_of,
)
from insight_pipeline.sql.model import Model


@dataclass(frozen=True)
class _Keyed:
    """The key, and what has rows of it: relations, and CTEs that read them by whatever way."""

    key: frozenset[str]
    relations: Collection[str]
    steps: Collection[str]

    @property
    def said(self) -> str:
        return ", ".join(sorted(self.key))

    def is_read_by(self, parts: Iterable[exp.Expr]) -> bool:
        tables = (table for part in parts for table in part.find_all(exp.Table))
        return any(
            f"{table.db}.{table.name}" in self.relations
            if table.db
            else table.name.lower() in self.steps
            for table in tables
        )


def carries(
    key: Collection[str],
    columns: Mapping[str, str],
    kinds: Mapping[str, str],
) -> bool:
    """Whether a relation of these `columns` has every key column, of the type it has in `kinds`."""
    known = {name.lower(): kind for name, kind in columns.items()}
    wanted = {name.lower(): kind for name, kind in kinds.items()}
    return all(known.get(name.lower(), "") == wanted.get(name.lower()) for name in key)


def plain_breaks(model: Model, keyed: Collection[str]) -> Iterator[Fault]:
    """A fault for each part that takes rows of several keys of relations `keyed` together."""
    key = frozenset(name.lower() for name in model.header.key)
    steps = {cte.alias.lower(): cte.this for cte in model.tree.find_all(exp.CTE)}
    known = _Keyed(key, keyed, _reading(steps, _Keyed(key, keyed, ())))
    name_it = f"name {known.said} there as well, or "
    for found in dict.fromkeys(_together(model.tree, known)):
        yield broken_promise(model, found, name_it)


def _reading(steps: Mapping[str, exp.Expr], known: _Keyed) -> set[str]:
    """Names of the CTEs whose rows come from relations with the key, in whatever order they are."""
    reading: set[str] = set()
    while more := {
        name
        for name, query in steps.items()
        if name not in reading and _Keyed(known.key, known.relations, reading).is_read_by([query])
    }:
        reading |= more
    return reading


def _together(tree: exp.Expr, known: _Keyed) -> Iterator[str]:
    for query in tree.find_all(exp.Query):
        if known.is_read_by(_read_by(query)) and not _is_of_one_key(query, known):
            if query.args.get("limit") or query.args.get("offset"):
                yield "a limit on the rows of all keys together"
            if isinstance(query, exp.SetOperation):
                yield from _of_a_comparison(query, known)
            if isinstance(query, exp.Select):
                yield from _of_a_select(query, known)


def _read_by(query: exp.Query) -> list[exp.Expr]:
    """What a query has its rows from: a subquery that it only asks is looked at by itself."""
    if isinstance(query, exp.Select):
        return [source.this for source in sources_of(query)]
    return [part for part in (query.this, query.args.get("expression")) if part is not None]


def _is_of_one_key(query: exp.Query, known: _Keyed) -> bool:
    """Whether the query, or one it stands in, sees the rows of one key at a time."""
    around: exp.Expr | None = query
    while around is not None:
        if isinstance(around, exp.Select) and asks_by_key(around, known.key):
            return True
        around = around.parent
    return False


def _of_a_comparison(query: exp.SetOperation, known: _Keyed) -> Iterator[str]:
    is_appended = isinstance(query, exp.Union) and not query.args.get("distinct")
    if not is_appended and not gives_key(query, known.key):
        yield f"rows of all keys compared with each other: without {known.said}"


def _of_a_select(query: exp.Select, known: _Keyed) -> Iterator[str]:
    yield from _of_windows(query, known)
    is_grouped = query.args.get("group") is not None
    if is_grouped and not groups_by_key(query, known.key):
        yield f"a group over the rows of all keys: without {known.said}"
    for total in own_parts(query, exp.AggFunc):
        if not is_grouped and total.find_ancestor(exp.Window, exp.Select) is query:
            yield "a total of the rows of all keys: no group"
    if query.args.get("distinct") and not is_apart(query, known.key):
        yield f"a distinct over the rows of all keys: without {known.said}"
    sources = [source for source in sources_of(query) if known.is_read_by([source.this])]
    if not all(joins_by_key(source, query, known.key) for source in sources[1:]):
        yield f"a join of rows of all keys: not on {known.said}"
    if _is_asked(query, known.key):
        yield f"a subquery over the rows of all keys: not about one {known.said}"


def _of_windows(query: exp.Select, known: _Keyed) -> Iterator[str]:
    for window in own_parts(query, exp.Window):
        partition = window.args.get("partition_by")
        # One that names another has its partition there, which is looked at as well.
        if not partition and not window.args.get("alias"):
            yield "a window over the rows of all keys: no partition"
        elif partition and not names_key(partition, known.key):
            yield f"a window over the rows of all keys: its partition is without {known.said}"


def _is_asked(query: exp.Select, key: Collection[str]) -> bool:
    """Whether it stands in an expression, and not to say which keys there are."""
    place = query.parent
    while isinstance(place, (exp.Subquery, exp.SetOperation, exp.Paren)):
        place = place.parent
    if place is None or isinstance(place, (exp.CTE, exp.From, exp.Join, exp.Lateral, exp.Table)):
        return False
    # `not in` depends on whether anybody's key is NULL.
    is_of_keys = isinstance(place, exp.In) and not isinstance(place.parent, exp.Not)
    return not (is_of_keys and names_key([place.this], key) and names_key(query.selects, key))


def broken_promise(model: Model, found: str, otherwise: str = "") -> Fault:
    """The fault of a key that does not part the rows; `otherwise` is what else may be done."""
    key = ", ".join(model.header.key)
    return Fault(
        where=f"{model.path} (header): materialised",
        expected="rows that depend only on rows with the same key in what the model reads",
        found=found,
        consequence="made key by key, the table would hold wrong rows",
        next_step=f"{otherwise}take 'materialised: incremental' out, or another key than {key}",
    )
