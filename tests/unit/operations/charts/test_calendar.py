"""What the calendar of arrivals shows, and what it finds."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest

from insight_pipeline.contracts.service_levels.due import due_months
from insight_pipeline.operations.charts.arrivals import feed_arrivals
from insight_pipeline.operations.charts.calendar import Cell, Row, State, calendar
from insight_pipeline.operations.charts.picture import Picture
from tests.unit.contracts.service_levels.deliveries import Q1, Q2, Q3, account, promised, verdict

TODAY = date(2025, 10, 20)


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314
    return [one.text or "" for one in root.iter() if one.tag.endswith("text")]


def drawn() -> Picture:
    """On time, 31 days late, refused, and one that is owed."""
    accounts = [
        account(verdict("a", Q1, date(2025, 4, 7))),
        account(verdict("b", Q2, date(2025, 8, 14))),
        account(verdict("c", Q3, date(2025, 10, 7), outcome="refused")),
    ]
    contract = promised()
    return feed_arrivals(contract, due_months(contract, accounts, TODAY))


def test_every_month_says_how_it_went_and_the_finding_counts_them() -> None:
    assert drawn().finding == (
        "Promised every 3 months within 14 days; months: 1 on time, 1 late, 1 came, not usable."
    )
    assert {"2025", "+31", "✓", "✗"} <= set(texts(drawn().svg))


def test_a_month_still_owed_says_since_how_many_days() -> None:
    contract = promised()
    accounts = [account(verdict("a", Q1, date(2025, 4, 7)))]
    found = feed_arrivals(contract, due_months(contract, accounts, TODAY))
    assert "2 due, not here" in found.finding
    assert f"+{(TODAY - date(2025, 7, 14)).days}" in texts(found.svg)


def test_a_feed_without_a_delivery_has_a_picture_that_says_so() -> None:
    found = feed_arrivals(promised(), ())
    assert "nothing has arrived yet" in found.finding
    assert texts(found.svg) == ["No month to show yet"]


@pytest.mark.parametrize("columns", [12, 24, 60])
def test_no_cell_reaches_over_the_edge_and_days_that_do_not_fit_become_a_sign(columns: int) -> None:
    cells = (Cell(State.LATE, 123),) * columns
    names = [f"{n:02}" for n in range(columns)]
    found = calendar(names, [Row("a feed with a long name " * 4, cells)])
    svg = f"<svg>{found.body}</svg>"
    assert ("+123" in texts(svg)) is (columns == 12)
    assert all(0 <= float(one.get("x", "0")) <= 720 for one in ElementTree.fromstring(svg))  # noqa: S314
