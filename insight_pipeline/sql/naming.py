"""What somebody means by `schema.table.column`, `table.column`, `schema.table` or `table`.

Belongs here: names of relations and columns as people write them. Does not belong here: patterns
and pluses (select.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.sql.lineage import ROWS, Node


def find_node(name: str, columns: Mapping[str, Collection[str]]) -> Node:
    """The column meant, or the relation as its rows; `columns`: relation → names of its columns.

    A column's name may hold dots and blanks. Raises InsightError with the nearest name where
    nothing is called so, and with all candidates where several are.
    """
    found = sorted({node for relation in columns for node in _meant(name, relation, columns)})
    if not found:
        raise InsightError([_unknown(name, columns)])
    if len(found) > 1:
        raise InsightError([_several(name, found)])
    return found[0]


def _meant(name: str, relation: str, columns: Mapping[str, Collection[str]]) -> Iterable[Node]:
    for called in (relation, relation.partition(".")[2]):
        if name == called:
            yield Node(relation, ROWS)
        column = name.removeprefix(f"{called}.")
        if column != name and column in columns[relation]:
            yield Node(relation, column)


def _unknown(name: str, columns: Mapping[str, Collection[str]]) -> Fault:
    full = [f"{relation}.{column}" for relation, names in columns.items() for column in names]
    short = [each.partition(".")[2] for each in full]
    tables = [relation.partition(".")[2] for relation in columns]
    # Like is compared with like: as many dots as were written.
    known = [each for each in (*full, *short, *columns, *tables) if _dots(each) == _dots(name)]
    return Fault(
        where="name of a column or a relation",
        expected="schema.table.column, table.column, schema.table or table",
        found=f"'{name}', which nothing is called",
        consequence="no lineage is shown",
        next_step=nearest(name, known or full),
    )


def _dots(name: str) -> int:
    return name.count(".")


def _several(name: str, found: Iterable[Node]) -> Fault:
    names = [node.relation if node.column == ROWS else str(node) for node in found]
    return Fault(
        where="name of a column or a relation",
        expected="a name that only one has",
        found=f"'{name}', which may be {' or '.join(names)}",
        consequence="no lineage is shown",
        next_step=f"name it in full, as {names[0]}",
    )
