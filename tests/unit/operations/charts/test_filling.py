"""How full columns came: the latest delivery beside those before it."""

from __future__ import annotations

from datetime import date

from insight_pipeline.operations.charts.filling import filling
from tests.unit.contracts.service_levels.deliveries import Q1, Q2, promised, verdict


def cells(filled: int, missing: int) -> dict[str, int]:
    return {"*": filled, "": missing}


def test_columns_that_are_always_full_are_counted_and_the_others_drawn_with_what_moved() -> None:
    full, now, before = cells(10, 0), cells(5, 5), cells(9, 1)
    verdicts = [
        verdict("b", Q2, date(2025, 7, 7), profile={"case_id": full, "Outcome code": now}),
        verdict("a", Q1, date(2025, 4, 7), profile={"case_id": full, "Outcome code": before}),
    ]
    made = filling(promised(), verdicts)
    assert made is not None
    assert made.finding == (
        "1 of 2 columns are always full (period to 2025-06-30); moved by more than 10%: "
        "Outcome code."
    )
    assert "50.0%" in made.svg and "case_id" not in made.svg


def test_before_a_delivery_is_accepted_there_is_no_picture() -> None:
    assert filling(promised(), [verdict("a", Q1, outcome="refused")]) is None


def test_a_column_without_cells_is_left_out() -> None:
    made = filling(promised(), [verdict("a", Q1, profile={"case_id": cells(0, 0)})])
    assert made is not None and made.finding.startswith("0 of 0 columns")
