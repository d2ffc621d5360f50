from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.sql.reach import Step, reach, walk

Graph = dict[int, list[int]]
GRAPHS = st.dictionaries(
    st.integers(0, 7), st.lists(st.integers(0, 7), unique=True, max_size=4), max_size=8
)


@given(GRAPHS, st.sets(st.integers(0, 7), max_size=3), st.none() | st.integers(0, 5))
def test_what_is_reached_is_what_networkx_reaches(
    graph: Graph, start: set[int], steps: int | None
) -> None:
    theirs: nx.DiGraph[int] = nx.DiGraph(graph)
    theirs.add_nodes_from(start)
    expected = {
        place
        for each in start
        for place in nx.single_source_shortest_path_length(theirs, each, cutoff=steps)
    }
    assert reach(start, graph, steps) == expected


@given(GRAPHS, st.integers(0, 7))
def test_a_walk_comes_by_everything_reached_and_enters_it_once(graph: Graph, start: int) -> None:
    steps = list(walk(start, graph))
    assert {step.at for step in steps} == reach([start], graph)
    entered = [step.at for step in steps if not step.is_repeated]
    followed = [place for place in entered if graph.get(place)]
    assert len(followed) == len(set(followed))
    for step in steps[1:]:
        assert step.parent is not None and step.at in graph[step.parent]


@pytest.mark.parametrize(
    ("steps", "places"),
    [(None, "a b d c d"), (2, "a b d c d"), (1, "a b c"), (0, "a")],
)
def test_a_walk_reads_as_a_tree_and_ends_where_it_is_told(steps: int | None, places: str) -> None:
    graph = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}
    assert " ".join(step.at for step in walk("a", graph, steps)) == places


def test_what_was_entered_before_is_marked_where_something_follows_it() -> None:
    graph = {"a": ["b", "c"], "b": ["d"], "c": ["b"]}
    assert list(walk("a", graph)) == [
        Step("a", 0, None),
        Step("b", 1, "a"),
        Step("d", 2, "b"),
        Step("c", 1, "a"),
        Step("b", 2, "c", is_repeated=True),
    ]
