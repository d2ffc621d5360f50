"""How one number is written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from insight_pipeline.publication.site.charts.model import Axis
from insight_pipeline.publication.site.charts.numbers import days, figure, number, usable

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (1234567.5, 0, "1,234,568"),
        (1234.5, 1, "1,234.5"),
        (-3.25, 1, f"{MINUS}3.3"),
        (-0.04, 1, "0.0"),
        (0.125, 2, "0.13"),
        (Decimal("2.675"), 2, "2.68"),
    ],
)
def test_a_number_has_its_decimals_half_up_thousands_apart_and_a_true_minus(
    value: float, decimals: int, written: str
) -> None:
    assert number(value, decimals) == written


@pytest.mark.parametrize(
    ("axis", "written"),
    [
        (Axis("%", 0), f"{MINUS}62{SPACE}%"),
        (Axis("£", 0), f"{MINUS}£62"),
        (Axis("per 1,000 people"), f"{MINUS}62.0{SPACE}per 1,000 people"),
        (Axis(""), f"{MINUS}62.0"),
    ],
)
def test_a_figure_has_its_unit(axis: Axis, written: str) -> None:
    assert figure(-62.0, axis) == written


def test_days_are_counted() -> None:
    assert (days(1), days(1095)) == (f"1{SPACE}day", f"1,095{SPACE}days")


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -1e300])
def test_what_is_no_figure_is_not_drawn(value: float | None) -> None:
    assert not usable(value)
