"""`insight lineage`: what a column is made from, or what is made from it, across all rooms.

Belongs here: arguments, and the tree people see. Does not belong here: the edges (sql/lineage.py,
indicators/project_lineage.py), or following them (sql/trace.py). Names of tables and columns only:
no row of any data is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from insight_pipeline.indicators.catalogue import FIGURE_RELATION, Catalogue, load_catalogue
from insight_pipeline.indicators.paths import reads
from insight_pipeline.indicators.project_lineage import (
    Map,
    figure_columns,
    project_columns,
    project_map,
)
from insight_pipeline.settings import Settings, load_settings
from insight_pipeline.sql.lineage import ROWS, Node
from insight_pipeline.sql.naming import find_node
from insight_pipeline.sql.reach import Step, reach, walk
from insight_pipeline.sql.trace import Trace, downstream_of, relations_of, upstream_of

ROWS_ALONE = "  (decides rows alone)"
REPEATED = "  (above)"


@dataclass(frozen=True)
class _Question:
    """What was asked: of which column or relation, which way, how far."""

    start: Node
    down: bool
    depth: int | None
    all_rows: bool


@click.command(name="lineage")
@click.argument("name")
@click.option("--downstream", "down", is_flag=True, help="What is made from it, instead.")
@click.option("--depth", type=click.IntRange(min=1), help="Most steps to follow.")
@click.option("--rows", "all_rows", is_flag=True, help="Follow also what decides the rows.")
@click.option("--json", "as_json", is_flag=True, help="The same for programs.")
def lineage_command(
    name: str, down: bool, depth: int | None, all_rows: bool, as_json: bool
) -> None:
    """Show what a column is made from, back to what providers promised.

    NAME is schema.table.column, table.column, a relation, or an indicator's id. Columns that cells
    are made from stand in a tree; those that only decide which rows there are stand below it,
    one step of them, or all with --rows.

    Example: insight lineage fct_service_event.event_code --downstream
    """
    settings = load_settings()
    catalogue = load_catalogue(settings)
    start = find_node(name, _named(catalogue, settings))
    asked = _Question(start, down, depth, all_rows or as_json)
    known = project_map(catalogue, settings, _about(catalogue, asked))
    if start.column == ROWS:
        _say_relations(known, asked, as_json)
    else:
        _say_columns(known, asked, as_json)


def _named(catalogue: Catalogue, settings: Settings) -> dict[str, tuple[str, ...]]:
    columns = project_columns(catalogue, settings)
    named = {relation: tuple(kinds) for relation, kinds in columns.items()}
    return {**named, FIGURE_RELATION: figure_columns(catalogue, columns)}


def _about(catalogue: Catalogue, asked: _Question) -> frozenset[str]:
    """Relations on the way, so that the lineage of no other model is worked out."""
    graph = reads(catalogue)
    if asked.down:
        turned: dict[str, list[str]] = {}
        for relation, parts in graph.items():
            for part in parts:
                turned.setdefault(part, []).append(relation)
        return reach([asked.start.relation], turned, asked.depth)
    return reach([asked.start.relation], graph, asked.depth)


def _say_columns(known: Map, asked: _Question, as_json: bool) -> None:
    follow = downstream_of if asked.down else upstream_of
    trace = follow(known.edges, asked.start, asked.depth)
    if as_json:
        click.echo(json.dumps(_columns_json(trace, asked), indent=2))
        return
    click.echo("\n".join(_tree(trace.values, str_of)))
    if len(trace.values) == 1:
        click.echo("Nothing is made from it." if asked.down else "It is made of literals alone.")
    for line in _row_lines(trace, asked, known):
        click.echo(line)


def _row_lines(trace: Trace, asked: _Question, known: Map) -> Iterator[str]:
    place = {relation: n for n, relation in enumerate(known.relations)}
    shown = trace.rows if asked.all_rows or asked.down else _first_step(known, asked)
    if shown and asked.down:
        yield "\nIt decides which rows there are in"
    elif shown:
        yield f"\nWhich rows {asked.start.relation} has is decided by"
    for relation in sorted(shown, key=lambda r: (place.get(r, -1), r), reverse=not asked.down):
        by = ", ".join(shown[relation]) or "all of its rows"
        yield f"  {relation}{', by ' if asked.down else ': '}{by}"
    if len(shown) < len(trace.rows):
        yield f"  … and by {len(trace.rows) - len(shown)} relations behind those (--rows)"
    if trace.further:
        yield f"\nAnd, through those rows, in\n  {', '.join(trace.further)}"


def _first_step(known: Map, asked: _Question) -> Mapping[str, tuple[str, ...]]:
    """What the relation's own query filters, joins and groups by."""
    return upstream_of(known.edges, asked.start, 1).rows


def _say_relations(known: Map, asked: _Question, as_json: bool) -> None:
    """A relation as a whole: what it reads, or what reads it, with how."""
    steps = relations_of(known.edges, down=asked.down)
    tree = tuple(walk(asked.start.relation, steps, asked.depth))
    if as_json:
        click.echo(json.dumps(_relations_json(tree, steps, asked), indent=2))
        return

    def told(step: Step[str]) -> str:
        alone = step.parent is not None and not steps[step.parent][step.at]
        return f"{step.at}{ROWS_ALONE if alone else ''}"

    click.echo("\n".join(_tree(tree, told)))


def str_of(step: Step[Node]) -> str:
    node = step.at
    return f"rows of {node.relation}" if node.column == ROWS else str(node)


def _tree(steps: Iterable[Step[Any]], told: Any) -> Iterator[str]:
    for step in steps:
        yield f"{'   ' * step.depth}{told(step)}{REPEATED if step.is_repeated else ''}"


def _columns_json(trace: Trace, asked: _Question) -> dict[str, Any]:
    return {
        "of": str(asked.start),
        "direction": "downstream" if asked.down else "upstream",
        "values": [
            {
                "relation": step.at.relation,
                "column": None if step.at.column == ROWS else step.at.column,
                "steps": step.depth,
                "next": None if step.parent is None else str(step.parent),
            }
            for step in trace.values
        ],
        "rows": {relation: list(columns) for relation, columns in trace.rows.items()},
        "further": list(trace.further),
    }


def _relations_json(
    tree: Iterable[Step[str]], steps: Mapping[str, Mapping[str, bool]], asked: _Question
) -> dict[str, Any]:
    return {
        "of": asked.start.relation,
        "direction": "downstream" if asked.down else "upstream",
        "relations": [
            {
                "relation": step.at,
                "steps": step.depth,
                "next": step.parent,
                "values": None if step.parent is None else steps[step.parent][step.at],
            }
            for step in tree
        ],
    }
