"""The order in which models run, derived from what they read.

Belongs here: the dependency graph and its faults. Does not belong here: running, or Dagster.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    raise_all(_missing_producers(by_relation, sources))
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


def _missing_producers(
    by_relation: Mapping[str, Model], sources: Collection[str]
) -> Iterable[Fault]:
    known = {*by_relation, *sources}
    for model in by_relation.values():
        for relation in needs(model):
            if relation not in known:
                tested = "" if relation in model.reads else " (header): tests"
                yield Fault(
                    where=f"{model.path}{tested}",
                    expected="every table it reads to be made by a model, a contract or a feed",
                    found=f"'{relation}', which nothing makes",
                    consequence="the model can never run",
                    next_step=nearest(relation, known),
                )


def _cycle(relations: list[str]) -> Fault:
    return Fault(
        where="dbt_like_sql",
        expected="models that can be put in an order",
        found=" → ".join(relations),
        consequence="none of these models can run",
        next_step="take one of the reads, or a test of another table, out of the circle",
    )
