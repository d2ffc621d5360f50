"""Which models somebody means: names, globs, folders, what is upstream and downstream, `changed`.

Belongs here: the words of `--select` and `--exclude`. Does not belong here: running what is chosen,
or finding out what changed. The words are those of dbt and SQLMesh: `fct_*`, `core.*`, `journeys/`,
`+name`, `name+`, `2+name`, `name+1`, `changed+`; a space unites, a comma intersects.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import reduce
from typing import Protocol, TypeVar

from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.sql.reach import reach

CHANGED = "changed"
SUFFIX = ".sql"
# A folder may be told as in dbt, and all models by the folder that holds theirs.
PATH = "path:"
ROOT = "dbt_like_sql"
# Steps of the graph, a plus, what is meant, a plus, steps. Without a number: all the way.
TERM = re.compile(
    r"(?:(?P<up_steps>\d*)(?P<up>\+))?(?P<what>[^\s,+@]+)(?:(?P<down>\+)(?P<down_steps>\d*))?"
)

Graph = Mapping[str, Collection[str]]


class Placed(Protocol):
    """What has a place in the graph: a relation that reads others."""

    @property
    def relation(self) -> str: ...

    @property
    def reads(self) -> Collection[str]: ...


M = TypeVar("M", bound=Placed)


@dataclass(frozen=True)
class _Known:
    """What a word can mean: relations by what they read and by what reads them."""

    reads: Graph
    read_by: Graph
    changed: frozenset[str]
    models: tuple[str, ...]


def select(
    models: Sequence[M],
    expressions: Iterable[str] = (),
    exclude: Iterable[str] = (),
    changed: Iterable[str] = (),
    made_of: Graph | None = None,
) -> tuple[M, ...]:
    """The models meant, in the order of `models`, which is build order; no expression means all.

    `changed`: relations that the word `changed` stands for. `made_of`: what relations that no model
    makes are made of, so that `+name` reaches through them. A relation that is only read can be
    named too (`internal.citizen+`) and is a step like any other, but is no model itself. Raises
    InsightError for an expression without a word and for every word that means nothing, with the
    nearest name.
    """
    known = _known(models, frozenset(changed), made_of or {})
    given = tuple(expressions)
    wanted, unwanted = _words(given), _words(exclude)
    raise_all(_unreadable(expression) for expression in given if not expression.strip())
    raise_all(fault for word in (*wanted, *unwanted) for fault in _faults(word, known))
    chosen = _union(wanted, known) if wanted else {model.relation for model in models}
    left = chosen - _union(unwanted, known)
    return tuple(model for model in models if model.relation in left)


def _known(models: Sequence[Placed], changed: frozenset[str], made_of: Graph) -> _Known:
    reads: dict[str, set[str]] = {name: set(parts) for name, parts in made_of.items()}
    for model in models:
        reads.setdefault(model.relation, set()).update(model.reads)
    for name in {read for each in reads.values() for read in each}:
        reads.setdefault(name, set())
    read_by: dict[str, set[str]] = {name: set() for name in reads}
    for name, parts in reads.items():
        for part in parts:
            read_by[part].add(name)
    return _Known(reads, read_by, changed, tuple(model.relation for model in models))


def _words(expressions: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for expression in expressions for word in expression.split())


def _union(words: Iterable[str], known: _Known) -> set[str]:
    return {name for word in words for name in _intersection(word, known)}


def _intersection(word: str, known: _Known) -> frozenset[str]:
    terms = [_meant(term, known) for term in word.split(",")]
    return reduce(frozenset.__and__, terms)


def _meant(term: str, known: _Known) -> frozenset[str]:
    """What one term without commas stands for."""
    found = TERM.fullmatch(term)
    if found is None:
        raise InsightError([_unreadable(term)])
    start = frozenset(_named(found["what"], known))
    reached = start
    if found["up"]:
        reached |= reach(start, known.reads, _steps(found["up_steps"]))
    if found["down"]:
        reached |= reach(start, known.read_by, _steps(found["down_steps"]))
    return reached


def _steps(digits: str) -> int | None:
    return int(digits) if digits else None


def _named(what: str, known: _Known) -> Iterator[str]:
    """Relations by `changed`, by pattern of relation or of table, by file, or else by folder."""
    if what == CHANGED:
        yield from known.changed & known.reads.keys()
        return
    pattern = _pattern(what)
    found = [name for name in known.reads if _is_like(name, pattern)]
    yield from found or _within(what, known)


def _is_like(name: str, pattern: str) -> bool:
    return fnmatchcase(name if "." in pattern else name.partition(".")[2], pattern)


def _pattern(what: str) -> str:
    """A file as a pattern of relations; anything else as it is."""
    folder, slash, stem = what.removeprefix(PATH).removesuffix(SUFFIX).rpartition("/")
    return f"{folder.rpartition('/')[2]}.{stem}" if slash else what


def _folder(what: str) -> str:
    """The last folder of a path, without what marks it as one."""
    return what.removeprefix(PATH).rstrip("/").rpartition("/")[2]


def _within(what: str, known: _Known) -> Iterable[str]:
    """Relations of a folder, which is called as their schema; all models for the root of SQL."""
    folder = _folder(what)
    if folder == ROOT:
        return known.models
    return [name for name in known.reads if fnmatchcase(name.partition(".")[0], folder)]


def _faults(word: str, known: _Known) -> Iterator[Fault]:
    for term in word.split(","):
        found = TERM.fullmatch(term)
        if found is None:
            yield _unreadable(term)
        elif found["what"] != CHANGED and not any(_named(found["what"], known)):
            yield _unknown(found["what"], known)


def _unreadable(term: str) -> Fault:
    return Fault(
        where="selection",
        expected="a name, a pattern, a folder or 'changed', with + before or after it",
        found=f"'{term}'",
        consequence="nothing is done",
        next_step="write it as in: +fct_service_event, core.*, journeys/, changed+, 2+dim_area",
    )


def _unknown(what: str, known: _Known) -> Fault:
    pattern = _pattern(what.rstrip("/"))
    folders = {ROOT, *(name.partition(".")[0] for name in known.reads)}
    # A table's name alone is compared with tables' names, so that a folder does not blur it.
    tables = {name.partition(".")[2] for name in known.reads} | folders
    return Fault(
        where="selection",
        expected="the name, pattern or folder of at least one model",
        found=f"'{what}', which none has",
        consequence="nothing is done",
        next_step=nearest(pattern, known.reads if "." in pattern else tables),
    )
