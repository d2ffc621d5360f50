"""Nothing is published of spend that does not add up or tells what is withheld."""

from __future__ import annotations

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.spending import step
from insight_pipeline.publication.spending.step import make_spending
from tests.unit.publication.spending.conftest import CLOSED_TO, HEADERS, KEPT, SERVED, Pay, Show

BY_SERVICE = {"breakdown_type": "service", "breakdown": "treatment"}


@pytest.fixture
def planted(connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show) -> None:
    pay("treatment", "1000.00")
    show(KEPT, 20, 40)
    show(SERVED, 300, None, **BY_SERVICE)


def refused(connection: duckdb.DuckDBPyConnection) -> str:
    with pytest.raises(InsightError) as caught:
        make_spending(connection, HEADERS, CLOSED_TO)
    return str(caught.value)


@pytest.mark.usefixtures("planted")
def test_what_adds_up_and_is_public_passes(connection: duckdb.DuckDBPyConnection) -> None:
    make_spending(connection, HEADERS, CLOSED_TO)
    assert connection.execute("select count(*) from public_spend").fetchall() == [(4,)]
    assert connection.execute("select count(*) from public_unit_cost").fetchall() == [(2,)]


@pytest.mark.usefixtures("planted")
def test_a_penny_that_is_missing_stops_the_release(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update journeys.fct_theme_spend set amount_gbp = amount_gbp - 0.01")
    assert "add up to the contract payments" in refused(connection)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("count_shown = 21, unit_cost_gbp = amount_gbp / 21", "a count that is public"),
        ("shorthand = '[c]'", "a withheld count gives no cost"),
        ("count_shown = null", "a withheld count gives no cost"),
        ("unit_cost_gbp = unit_cost_gbp + 1", "the amount over the count as shown"),
        ("lower95 = unit_cost_gbp + 1", "inside its limits"),
        (
            "count_shown = null, unit_cost_gbp = null, lower95 = null, upper95 = null",
            "a line without a cost says why",
        ),
    ],
)
def test_a_table_that_tells_otherwise_stops_the_release(
    connection: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    rule: str,
) -> None:
    made = step.make_unit_costs

    def bent(*given: object) -> None:
        made(*given)  # type: ignore[arg-type]
        connection.execute(f"update public_unit_cost set {change}")

    monkeypatch.setattr(step, "make_unit_costs", bent)
    assert rule in refused(connection)


@pytest.mark.usefixtures("planted")
def test_a_cost_tells_no_more_than_the_public_count_beside_it(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Amount, cost and limits are the same whatever unsuppressed count was rounded to it."""
    make_spending(connection, HEADERS, CLOSED_TO)
    first = connection.execute("from public_unit_cost order by all").fetchall()
    # The step reads no unsuppressed figure: with none to be had it makes the same.
    connection.execute("drop table indicators.figure")
    make_spending(connection, HEADERS, CLOSED_TO)
    assert connection.execute("from public_unit_cost order by all").fetchall() == first
