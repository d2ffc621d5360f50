"""What one select says about a key: whether it groups, joins and asks by it.

Belongs here: single clauses of a query, read from the tree. Does not belong here: which selects
are looked at, or what is refused (key_reading.py). A column is known by its name: one called like
the key is taken for it. Key columns are given in lower case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlglot import exp


def names_key(parts: Iterable[exp.Expr], key: Collection[str]) -> bool:
    """Whether all key columns stand among these expressions, plain or cast."""
    return set(key) <= {_column_name(part) for part in parts}


def _column_name(part: exp.Expr) -> str:
    while isinstance(part, (exp.Alias, exp.Cast, exp.Paren)):
        part = part.this
    return part.name.lower() if isinstance(part, exp.Column) else ""


def groups_by_key(select: exp.Select, key: Collection[str]) -> bool:
    """Whether no two keys share a group; a group may be named by its place in the select."""
    group = select.args["group"]
    parts = select.selects if group.args.get("all") else group.expressions
    return names_key((_at_place(select, part) for part in parts), key)


def _at_place(select: exp.Select, part: exp.Expr) -> exp.Expr:
    if isinstance(part, exp.Literal) and part.is_int and int(part.name) <= len(select.selects):
        return select.selects[int(part.name) - 1]
    return part


def gives_key(query: exp.Query, key: Collection[str]) -> bool:
    """Whether the key is among the columns of the query's rows."""
    return query.is_star or names_key(query.selects, key)


def is_apart(select: exp.Select, key: Collection[str]) -> bool:
    """Whether equal rows that become one are of one key."""
    distinct = select.args["distinct"]
    on = distinct.args.get("on")
    return names_key(on.expressions or [on], key) if on else gives_key(select, key)


def joins_by_key(join: exp.Expr, select: exp.Select, key: Collection[str]) -> bool:
    """Whether a source sees rows of one key alone for each row of those before it."""
    if str(join.args.get("method") or "").upper() == "NATURAL":
        return True
    if set(key) <= {column.name.lower() for column in join.args.get("using") or ()}:
        return True
    inner = join.this.find(exp.Select)
    if isinstance(join.this, (exp.Subquery, exp.Lateral)) and inner and asks_by_key(inner, key):
        return True
    conditions = [*_conditions(join.args.get("on")), *_conditions(_where(select))]
    return _are_equal(conditions, {join.this.alias_or_name.lower()}, key)


def asks_by_key(select: exp.Select, key: Collection[str]) -> bool:
    """Whether a subquery looks at rows of the key of the row around it alone."""
    sources = {source.this.alias_or_name.lower() for source in sources_of(select)}
    return _are_equal(_conditions(_where(select)), {"", *sources}, key)


def sources_of(select: exp.Select) -> list[exp.Expr]:
    """The `from` and the joins of a select, in order; `this` of each is what is read."""
    own = (exp.From, exp.Join)
    return [part for part in select.find_all(*own, bfs=False) if _is_of(part, select)]


def own_parts(select: exp.Select, *kinds: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Expressions of these kinds that are the select's own and no subquery's."""
    return (part for part in select.find_all(*kinds) if _is_of(part, select))


def _is_of(part: exp.Expr, select: exp.Select) -> bool:
    return part.find_ancestor(exp.Select) is select


def _where(select: exp.Select) -> exp.Expr | None:
    where = select.args.get("where")
    return where.this if where else None


def _conditions(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    """Conditions that all have to hold."""
    if isinstance(condition, exp.Paren):
        yield from _conditions(condition.this)
    elif isinstance(condition, exp.And):
        yield from _conditions(condition.this)
        yield from _conditions(condition.expression)
    elif condition is not None:
        yield condition


def _are_equal(conditions: Iterable[exp.Expr], here: Collection[str], key: Collection[str]) -> bool:
    """Whether each key column of a source in `here` has to equal that of a source elsewhere."""
    equal: set[str] = set()
    for condition in conditions:
        if isinstance(condition, (exp.EQ, exp.NullSafeEQ)):
            sides = (condition.this, condition.expression)
            names = {_column_name(side) for side in sides}
            places = {side.table.lower() in here for side in sides if isinstance(side, exp.Column)}
            equal |= names if len(names) == 1 and places == {True, False} else set()
    return set(key) <= equal
