"""Which columns each column of a model is made from, and which decide what rows it has.

Belongs here: lineage read from the text of models, without running them. Does not belong here:
what a change of a column means to anybody (indicators/impact.py).
Macros hold no tables of their own: what flows into a call are its arguments, which are followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.sql.header import VERSION_COLUMNS, Materialised
from insight_pipeline.sql.model import Model

ROWS = "*"
# Clauses of a select that decide which rows there are, or in which group they count.
DECIDING = ("where", "group", "having", "qualify", "limit", "offset", "distinct")


class Kind(StrEnum):
    """value: the column's cells are made from it. rows: it decides which rows there are."""

    VALUE = "value"
    ROWS = "rows"


@dataclass(frozen=True, order=True)
class Node:
    """One column of a relation; `*` stands for which rows the relation has."""

    relation: str
    column: str

    def __str__(self) -> str:
        return f"{self.relation}.{self.column}"


@dataclass(frozen=True, order=True)
class Edge:
    """`to` depends on `of`."""

    to: Node
    of: Node
    kind: Kind


def lineage(models: Iterable[Model], columns: Mapping[str, Mapping[str, str]]) -> tuple[Edge, ...]:
    """Every edge of every model, sorted. `columns`: relation → column → type, for all they read."""
    return tuple(sorted({edge for model in models for edge in model_lineage(model, columns)}))


def model_lineage(model: Model, columns: Mapping[str, Mapping[str, str]]) -> Iterator[Edge]:
    """The edges of one model; an output column with none is made of literals."""
    query = _Query(model, columns)
    outputs = query.outputs()
    for name, sources in outputs.items():
        for source in sources:
            yield Edge(Node(model.relation, name), source, Kind.VALUE)
    for source in query.deciding():
        yield Edge(Node(model.relation, ROWS), source, Kind.ROWS)
    if model.header.materialised is Materialised.SNAPSHOT:
        yield from _versions(model, outputs)


def _versions(model: Model, outputs: Mapping[str, set[Node]]) -> Iterator[Edge]:
    """A version is a row that begins and ends when what a snapshot tracks of a key changes."""
    for name in (*model.header.key, *model.header.track):
        for source in outputs.get(name, ()):
            yield Edge(Node(model.relation, ROWS), source, Kind.ROWS)
            for version in VERSION_COLUMNS:
                yield Edge(Node(model.relation, version), source, Kind.VALUE)


def downstream(edges: Iterable[Edge], changed: Iterable[Node]) -> frozenset[Node]:
    """Everything that depends on what changed, itself included, however far away."""
    following: dict[Node, set[Node]] = {}
    for edge in edges:
        following.setdefault(edge.of, set()).add(edge.to)
    reached: set[Node] = set()
    waiting = list(changed)
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += following.get(node, ())
    return frozenset(reached)


class _Query:
    """One model's query with every column qualified, and the scope each column stands in."""

    def __init__(self, model: Model, columns: Mapping[str, Mapping[str, str]]) -> None:
        # SQL knows no case; edges carry names as their tables spell them.
        self.spelled = {
            (relation, name.lower()): name for relation in model.reads for name in columns[relation]
        }
        schema: dict[str, dict[str, dict[str, str]]] = {}
        for relation in model.reads:
            database, _, table = relation.partition(".")
            schema.setdefault(database, {})[table] = dict(columns[relation])
        self.where = str(model.path)
        self.tree = qualify(
            model.tree.copy(),
            schema=dict(schema),
            dialect="duckdb",
            identify=False,
            quote_identifiers=False,
            validate_qualify_columns=False,
        )
        self.scopes: list[Scope] = traverse_scope(self.tree)
        # Inner scopes come first: a correlated column belongs to the innermost that names it.
        self.scope_of: dict[int, Scope] = {}
        for scope in self.scopes:
            for column in scope.columns:
                self.scope_of.setdefault(id(column), scope)
        self.known: dict[int, dict[str, set[Node]]] = {}

    def outputs(self) -> dict[str, set[Node]]:
        return self._outputs(self.scopes[-1])

    def deciding(self) -> set[Node]:
        """What decides the rows of any part of the query."""
        return {node for scope in self.scopes for node in self._deciding(scope)}

    def _outputs(self, scope: Scope) -> dict[str, set[Node]]:
        if id(scope) not in self.known:
            self.known[id(scope)] = self._read(scope)
        return self.known[id(scope)]

    def _read(self, scope: Scope) -> dict[str, set[Node]]:
        expression = scope.expression
        if isinstance(expression, exp.SetOperation):
            first, *others = [self._outputs(part) for part in scope.set_operation_scopes or ()]
            aligned = zip(first.items(), *(other.values() for other in others), strict=True)
            return {name: set().union(nodes, *more) for (name, nodes), *more in aligned}
        if isinstance(expression, exp.Query):
            return {part.alias_or_name: self._nodes(part) for part in expression.selects}
        # A table function: each of its columns is made from all of its arguments.
        return {name: self._nodes(expression) for name in expression.alias_column_names}

    def _nodes(self, expression: exp.Expr) -> set[Node]:
        """Source columns an expression is made from; counting rows is made from all rows."""
        nodes = {n for column in expression.find_all(exp.Column) for n in self._resolved(column)}
        if any(isinstance(count.this, exp.Star) for count in expression.find_all(exp.Count)):
            select = expression.find_ancestor(exp.Select)
            tables = select.find_all(exp.Table) if select else ()
            nodes |= {Node(relation, ROWS) for table in tables for relation in self._behind(table)}
        return nodes

    def _behind(self, table: exp.Table) -> set[str]:
        """Relations a name in a `from` stands for, through any number of CTEs."""
        if table.db:
            return {f"{table.db}.{table.name}"}
        scopes = [scope for scope in self.scopes if table.name in scope.cte_sources]
        inner = [scope.cte_sources[table.name] for scope in scopes[:1]]
        tables = [t for scope in inner for t in scope.expression.find_all(exp.Table)]
        return {relation for each in tables for relation in self._behind(each)}

    def _resolved(self, column: exp.Column) -> set[Node]:
        scope = self.scope_of.get(id(column))
        while scope is not None and column.table not in scope.sources:
            scope = scope.parent
        source = scope.sources[column.table] if scope else None
        if isinstance(source, exp.Table):
            relation = f"{source.db}.{source.name}"
            return {Node(relation, self.spelled.get((relation, column.name), column.name))}
        if isinstance(source, Scope):
            found = self._outputs(source)
            if column.name in found:
                return found[column.name]
        raise InsightError([_unresolved(self.where, column)])

    def _deciding(self, scope: Scope) -> Iterator[Node]:
        for table in scope.tables:
            if table.db:
                yield Node(f"{table.db}.{table.name}", ROWS)
        expression = scope.expression
        if isinstance(expression, exp.SetOperation) and expression.args.get("distinct"):
            yield from (node for nodes in self._outputs(scope).values() for node in nodes)
        if not isinstance(expression, exp.Select):
            return
        clauses = [expression.args.get(name) for name in DECIDING]
        clauses += [join.args.get("on") for join in expression.args.get("joins") or ()]
        if expression.args.get("distinct"):
            clauses += expression.selects
        for clause in clauses:
            if isinstance(clause, exp.Expression):
                yield from self._nodes(clause)


def _unresolved(where: str, column: exp.Column) -> Fault:
    return Fault(
        where=where,
        expected="every column to come from a table the model reads",
        found=f"'{column.sql(dialect='duckdb')}', which comes from none",
        consequence="nobody can say what a change would touch",
        next_step="name the column's table in the query",
    )
