"""The order in which models run, and reads that nobody makes."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.graph import in_order
from insight_pipeline.sql.model import Model
from tests.unit.sql.files import model


@pytest.fixture
def models(tmp_path: Path) -> list[Model]:
    """a reads c and the source; b and c read the source; d reads a and b."""
    return [
        model(tmp_path, "core.a", "select * from core.c, internal.event"),
        model(tmp_path, "core.b", "select * from internal.event"),
        model(tmp_path, "core.c", "select * from internal.event"),
        model(tmp_path, "journeys.d", "select * from core.a join core.b using (x)"),
    ]


def test_producers_come_before_consumers_in_one_order(models: list[Model]) -> None:
    orders = {
        tuple(m.relation for m in in_order(given, {"internal.event"}))
        for given in permutations(models)
    }
    assert len(orders) == 1, "the order of the files must not matter"
    (order,) = orders
    place = {relation: position for position, relation in enumerate(order)}
    assert set(place) == {"core.a", "core.b", "core.c", "journeys.d"}
    for each in models:
        assert all(place[read] < place[each.relation] for read in each.reads if read in place)


def test_ties_go_by_name(models: list[Model]) -> None:
    order = [m.relation for m in in_order(models[::-1], {"internal.event"})]
    assert order.index("core.b") < order.index("core.c")


def test_a_read_that_nobody_makes_is_named_with_the_nearest(models: list[Model]) -> None:
    with pytest.raises(InsightError) as caught:
        in_order(models, {"internal.events"})
    words = str(caught.value)
    assert len(caught.value.faults) == 3, "every reader is named"
    assert "a.sql" in words
    assert "'internal.event', which nothing makes" in words
    assert "did you mean 'internal.events'?" in words


def test_a_circle_is_told_with_its_way(tmp_path: Path) -> None:
    circle = [
        model(tmp_path, "core.a", "select * from core.b"),
        model(tmp_path, "core.b", "select * from core.c"),
        model(tmp_path, "core.c", "select * from core.a"),
        model(tmp_path, "core.d", "select 1"),
    ]
    with pytest.raises(InsightError) as caught:
        in_order(circle, set())
    found = caught.value.faults[0].found
    assert all(f"core.{name}" in found for name in "abc")
    assert "core.d" not in found


def test_a_model_that_reads_itself_is_a_circle(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="circle"):
        in_order([model(tmp_path, "core.a", "select * from core.a")], set())


def test_nothing_is_in_order() -> None:
    assert in_order([], set()) == ()


# Tests of a table that look at another one.

LOOKS = "tests: [{{relationships: {{column: x, to: {0}}}}}]\n"


def test_what_a_test_looks_at_is_made_first(tmp_path: Path) -> None:
    looks = LOOKS.format("core.z")
    given = [
        model(tmp_path, "core.a", "select 1 as x", looks),
        model(tmp_path, "core.z", "select 1 as x"),
    ]
    assert [m.relation for m in in_order(given, set())] == ["core.z", "core.a"]
    plain = model(tmp_path / "plain", "core.a", "select 1 as x")
    assert given[0].reads == () and given[0].fingerprint == plain.fingerprint


def test_a_table_may_be_tested_against_itself(tmp_path: Path) -> None:
    itself = model(tmp_path, "core.a", "select 1 as x", LOOKS.format("core.a"))
    assert in_order([itself], set()) == (itself,)


def test_what_a_test_looks_at_and_nobody_makes_is_named(tmp_path: Path) -> None:
    lost = model(tmp_path, "core.a", "select * from core.b", LOOKS.format("core.bb"))
    with pytest.raises(InsightError) as caught:
        in_order([lost], {"core.b"})
    (fault,) = caught.value.faults
    assert fault.where.endswith("a.sql (header): tests")
    assert "did you mean 'core.b'?" in fault.next_step


def test_code_lists_and_days_are_looked_at_too(tmp_path: Path) -> None:
    more = (
        "tests:\n  - accepted_values: {column: x, vocabulary: sex}\n"
        "  - freshness: {column: x, max_days: 1, against: core.b.day}\n"
    )
    found = model(tmp_path, "core.a", "select 1 as x", more)
    assert found.tests_against == ("core.b", "reference.vocabulary")


def test_a_circle_closed_by_a_test_is_told(tmp_path: Path) -> None:
    circle = [
        model(tmp_path, "core.a", "select 1 as x", LOOKS.format("core.b")),
        model(tmp_path, "core.b", "select * from core.a"),
    ]
    with pytest.raises(InsightError, match="circle") as caught:
        in_order(circle, set())
    assert "core.a" in caught.value.faults[0].found


def test_a_table_that_a_predicate_looks_into_is_made_first_and_a_misspelt_one_told(
    tmp_path: Path,
) -> None:
    head = "tests: [{{expression: x in (select x from core.{0})}}]\n"
    last = model(tmp_path, "core.z", "select 1 as x")
    first = model(tmp_path / "1", "core.a", "select 1 as x", head.format("z"))
    assert [m.relation for m in in_order([first, last], set())] == ["core.z", "core.a"]
    itself = model(tmp_path / "2", "core.a", "select 1 as x", head.format("a"))
    assert [m.relation for m in in_order([itself], set())] == ["core.a"]
    broken = model(tmp_path / "3", "core.a", "select 1 as x", head.format("zz"))
    with pytest.raises(InsightError, match=r"did you mean 'core\.z'"):
        in_order([broken, last], set())


def test_a_table_without_its_schema_is_told_in_full(tmp_path: Path) -> None:
    head = "tests: [{expression: x in (select x from Dim_Citizens)}]\n"
    query = "with own as (from dim_citizen) select * from Own, range(3), unnest([1]) as listed"
    bare = model(tmp_path, "core.a", query, head)
    known = {"core.dim_citizen", "internal.citizen", "core.dim_area", "reference.own"}
    with pytest.raises(InsightError) as caught:
        in_order([bare], known)
    read, tested = caught.value.faults
    assert (read.where, tested.where) == (str(bare.path), f"{bare.path} (header): tests")
    assert read.found == "'dim_citizen', a table without its schema"
    assert read.next_step == tested.next_step == "did you mean 'core.dim_citizen'?"


def test_a_table_name_of_several_schemas_is_told_with_each(tmp_path: Path) -> None:
    bare = model(tmp_path, "core.a", "select * from event")
    with pytest.raises(InsightError) as caught:
        in_order([bare], {"internal.event", "core.event", "core.evening"})
    assert caught.value.faults[0].next_step == "did you mean 'core.event' or 'internal.event'?"
    with pytest.raises(InsightError, match="nothing similar is known"):
        in_order([bare], {"core.zzz"})


def test_names_of_files_and_of_tables_in_headers_are_in_lower_case(tmp_path: Path) -> None:
    shouted = model(tmp_path, "core.a", "select 1 as x", LOOKS.format("CORE.B"))
    with pytest.raises(InsightError, match=r"did you mean 'core\.b'\?"):
        in_order([shouted], {"core.b"})
    capital = model(tmp_path / "2", "core.Fct_A", "select 1 as x")
    with pytest.raises(InsightError, match=r"name it core\.fct_a"):
        in_order([capital], set())
    with pytest.raises(InsightError, match=r"name it accepted\.owner__set"):
        in_order([], {"accepted.Owner__set"})
