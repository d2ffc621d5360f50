"""The order in which models run, derived from what they read.

Belongs here: the dependency graph and its faults. Does not belong here: running, or Dagster.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter

from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.sql.model import Model


def in_order(models: Iterable[Model], sources: Collection[str]) -> tuple[Model, ...]:
    """Models, producers before consumers, ties by name.

    `sources` are the relations made elsewhere. What a model's tests look at is made before it as
    well. A relation that nobody makes is an error: a misspelt table would otherwise pass every
    check that only looks at what exists.
    """
    by_relation = {model.relation: model for model in models}
    raise_all([*_capitals({*by_relation, *sources}), *_missing_producers(by_relation, sources)])
    sorter = TopologicalSorter(
        {name: [r for r in needs(m) if r in by_relation] for name, m in sorted(by_relation.items())}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        raise InsightError([_cycle(error.args[1])]) from None
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += ready
        sorter.done(*ready)
    return tuple(by_relation[name] for name in ordered)


def needs(model: Model) -> tuple[str, ...]:
    """Relations that stand before a model is made and tested, sorted."""
    return tuple(sorted({*model.reads, *model.tests_against}))


def _capitals(relations: Collection[str]) -> Iterable[Fault]:
    """DuckDB knows no case, while order and lineage go by names as they are written."""
    for relation in relations:
        if relation != relation.lower():
            yield Fault(
                where=relation,
                expected="a table with a name in lower case",
                found="capital letters in the name of its file or folder",
                consequence="no model could read it by the name it is found under",
                next_step=f"name it {relation.lower()}",
            )


def _missing_producers(
    by_relation: Mapping[str, Model], sources: Collection[str]
) -> Iterable[Fault]:
    known = {*by_relation, *sources}
    for model in by_relation.values():
        unknown = [relation for relation in needs(model) if relation not in known]
        for relation in (*unknown, *model.reads_bare, *model.tests_bare):
            is_read = relation in (*model.reads, *model.reads_bare)
            why = "which nothing makes" if relation in unknown else "a table without its schema"
            yield Fault(
                where=str(model.path) if is_read else f"{model.path} (header): tests",
                expected="every table it reads to be made by a model, a contract or a feed",
                found=f"'{relation}', {why}",
                consequence="the model can never run",
                next_step=_nearest(relation, known),
            )


def _nearest(relation: str, known: Collection[str]) -> str:
    """A table without its schema is compared with tables alone, and then named in full."""
    if "." in relation:
        return nearest(relation.lower(), known)
    tables: dict[str, list[str]] = {}
    for name in sorted(known):
        tables.setdefault(name.partition(".")[2], []).append(name)
    match = get_close_matches(relation.lower(), sorted(tables), n=1)
    if not match:
        return nearest(relation.lower(), known)
    return f"did you mean {' or '.join(repr(name) for name in tables[match[0]])}?"


def _cycle(relations: list[str]) -> Fault:
    return Fault(
        where="dbt_like_sql",
        expected="models that can be put in an order",
        found=" → ".join(relations),
        consequence="none of these models can run",
        next_step="take one of the reads, or a test of another table, out of the circle",
    )
