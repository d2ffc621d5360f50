"""Values and rows are followed apart; small graphs whose answer can be read off."""

from __future__ import annotations

from insight_pipeline.sql.lineage import ROWS, Edge, Kind, Node
from insight_pipeline.sql.trace import Trace, downstream_of, relations_of, upstream_of


def node(name: str) -> Node:
    schema, table, column = name.split(".")
    return Node(f"{schema}.{table}", column)


def value(to: str, of: str) -> Edge:
    return Edge(node(to), node(of), Kind.VALUE)


def rows(to: str, of: str) -> Edge:
    return Edge(Node(to, ROWS), node(of), Kind.ROWS)


# raw → core (kind, cost; its rows by raw.day) → sums (cost; counts rows of core, by core.kind).
EDGES = (
    value("core.visit.kind", "raw.visit.Kind"),
    value("core.visit.cost", "raw.visit.Pounds"),
    value("core.visit.cost", "raw.rate.vat"),
    rows("core.visit", "raw.visit.*"),
    rows("core.visit", "raw.visit.Day"),
    value("main.sums.cost", "core.visit.cost"),
    value("main.sums.visits", "core.visit.*"),
    rows("main.sums", "core.visit.*"),
    rows("main.sums", "core.visit.kind"),
    value("main.figure.mean", "main.sums.cost"),
    value("main.figure.mean", "main.sums.visits"),
    rows("main.figure", "main.sums.*"),
)


def told(trace: Trace) -> list[str]:
    return [f"{step.depth} {step.at}" for step in trace.values]


def test_values_are_followed_back_to_where_they_come_from() -> None:
    assert told(upstream_of(EDGES, node("main.figure.mean"))) == [
        "0 main.figure.mean",
        "1 main.sums.cost",
        "2 core.visit.cost",
        "3 raw.rate.vat",
        "3 raw.visit.Pounds",
        "1 main.sums.visits",
        "2 core.visit.*",
    ]


def test_what_decides_the_rows_is_told_apart_and_all_the_way() -> None:
    found = upstream_of(EDGES, node("main.sums.cost"))
    assert found.rows == {"core.visit": ("kind",), "raw.visit": ("Day", "Kind")}
    assert "raw.visit.Day" not in " ".join(told(found))


def test_a_depth_ends_both_walks() -> None:
    found = upstream_of(EDGES, node("main.sums.cost"), 1)
    assert told(found) == ["0 main.sums.cost", "1 core.visit.cost"]
    assert found.rows == {"core.visit": ("kind",)}


def test_downstream_tells_what_is_made_and_whose_rows_are_decided() -> None:
    found = downstream_of(EDGES, node("raw.visit.Kind"))
    assert told(found) == ["0 raw.visit.Kind", "1 core.visit.kind"]
    assert found.rows == {"main.sums": ("core.visit.kind",)}
    assert found.further == ("main.figure",)


def test_a_column_that_only_decides_rows_makes_no_value() -> None:
    found = downstream_of(EDGES, node("raw.visit.Day"))
    assert told(found) == ["0 raw.visit.Day"]
    assert found.rows == {"core.visit": ("raw.visit.Day",)}
    assert found.further == ("main.figure", "main.sums")


def test_relations_say_whether_values_flow_or_rows_alone() -> None:
    up = relations_of(EDGES, down=False)
    assert up["core.visit"] == {"raw.rate": True, "raw.visit": True}
    down = relations_of((*EDGES, rows("main.sums", "raw.calendar.day")), down=True)
    assert down["raw.calendar"] == {"main.sums": False}
    assert down["main.sums"] == {"main.figure": True}
