"""Columns of a relation that a query can depend on: those it mentions, or all where it is unsure.

Belongs here: reading the query's text. Does not belong here: lineage, which says what each column
is made from (lineage.py). The rule is one-sided: a column left out never matters. House style
imports whole tables and names what it uses further down, so that a change of a row number or of a
delivery's id changes no row of a model that never says those words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from insight_pipeline.sql.model import Model

# Each of these uses columns by their place, or whatever columns there are.
NAMELESS = (exp.Pivot, exp.Columns, exp.PositionalColumn)


def used_columns(model: Model, columns: Mapping[str, str]) -> dict[str, str]:
    """Those of a relation's `columns` (name → type) that the model mentions; all when unsure."""
    if any(_unsure(model.tree)):
        return dict(columns)
    mentioned = {name.name.lower() for name in model.tree.find_all(exp.Identifier)}
    return {name: kind for name, kind in columns.items() if name.lower() in mentioned}


def _unsure(tree: exp.Expr) -> Iterator[bool]:
    """Whether anything in the query could use a column without saying its name."""
    yield tree.find(*NAMELESS) is not None
    for star in tree.find_all(exp.Star):
        yield not (isinstance(star.parent, exp.Count) or _only_passes_on(star, tree))
    for join in tree.find_all(exp.Join):
        yield str(join.args.get("method") or "").upper() == "NATURAL"
    for alias in tree.find_all(exp.TableAlias):
        renames = isinstance(alias.parent, (exp.CTE, exp.Table, exp.Subquery))
        yield renames and bool(alias.args.get("columns"))
    tables = {name.lower() for name in _table_names(tree)}
    for column in tree.find_all(exp.Column):
        # A table's name in the place of a column is its whole row.
        yield not column.table and column.name.lower() in tables


def _only_passes_on(star: exp.Star, tree: exp.Expr) -> bool:
    """Whether a star hands rows on to a CTE or a `from`, where what is used has to be named."""
    projected = star.parent if isinstance(star.parent, exp.Column) else star
    select = projected.parent
    if not isinstance(select, exp.Select) or select is tree:
        return False
    if any(select.args.get(clause) for clause in ("distinct", "group", "order")):
        return False
    if isinstance(select.parent, exp.Subquery):
        return isinstance(select.parent.parent, (exp.From, exp.Join))
    return isinstance(select.parent, exp.CTE)


def _table_names(tree: exp.Expr) -> Iterator[str]:
    for table in tree.find_all(exp.Table):
        yield from (table.name, table.alias)
    yield from (alias.name for alias in tree.find_all(exp.TableAlias))
