"""Numbers, days and symbols as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insight_pipeline.publication.site import words
from tests.unit.publication.site.builders import figure, indicator


@pytest.mark.parametrize(
    ("amount", "said", "changes"),
    [
        ("62.07", "62\xa0%", {}),
        ("4429.30", "4,429\xa0per 100,000 people", {"statistic": "rate", "multiplier": 100_000}),
        ("12.34", "12.3\xa0per 1,000 people", {"statistic": "rate", "multiplier": 1_000}),
        ("112.40", "112\xa0per 100 expected", {"statistic": "isr"}),
        ("0.78", "0.78\xa0days", {"statistic": "mean", "title": "Days people wait"}),
        ("0.78", "0.78", {"statistic": "mean", "title": "Visits each"}),
        ("18.00", "18\xa0days", {"statistic": "median", "title": "Days until they are seen"}),
        ("62.07", "62\xa0%", {"statistic": "weighted_proportion"}),
        ("25.00", "25\xa0events", {"statistic": "count"}),
    ],
)
def test_a_figure_is_written_by_its_statistic(
    amount: str, said: str, changes: dict[str, Any]
) -> None:
    assert words.value(indicator(**changes), Decimal(amount)) == said


def test_a_figure_that_rounds_to_what_it_is_compared_with_gets_a_decimal() -> None:
    kept = indicator()
    assert words.value_beside(kept, Decimal("60.4"), Decimal("60")) == "60.4\xa0%"
    assert words.value_beside(kept, Decimal("60"), Decimal("60")) == "60\xa0%"
    assert words.value_beside(kept, Decimal("60"), Decimal("55.5")) == "60\xa0%"


def test_a_withheld_cell_shows_its_symbol_alone_and_a_known_one_both() -> None:
    assert words.cell(indicator(), None, "[c]") == "[c]"
    assert words.cell(indicator(), Decimal("62.07"), "[p]") == "62.1\xa0[p]"
    assert words.cell(indicator(), Decimal("-0.50")) == "\N{MINUS SIGN}0.5"


def test_limits_are_whole_in_a_sentence_and_exact_in_a_table() -> None:
    assert words.limits(indicator(), figure()) == "54 to 70"
    assert words.cell_limits(indicator(), figure()) == "54.0 to 69.6"
    assert words.limits(indicator(), figure(value=None)) == ""


def test_periods_are_short_at_an_axis() -> None:
    assert words.short_period("2025/26 Q2 (Jul to Sep)") == "25/26 Q2"
    assert words.short_period("2024/25") == "2024/25"


def test_days_months_and_lists_are_words() -> None:
    assert words.day(date(2026, 9, 1)) == "1 September 2026"
    assert words.month(date(2026, 9, 1)) == "September 2026"
    assert words.days(1) == "1\xa0day" and words.days(182) == "182\xa0days"
    assert words.listed(["A"]) == "A" and words.listed(["A", "B", "C"]) == "A, B and C"
    assert words.plural(1, "provider") == "1 provider" and words.plural(2, "body", "bodies") == (
        "2 bodies"
    )


def test_the_legend_explains_each_symbol_that_occurs_once_in_a_fixed_order() -> None:
    legend = words.symbols(["[p][b]", "", "[c]", "[p]"])
    assert [symbol for symbol, _ in legend] == ["[c]", "[p]", "[b]"]
    assert words.symbols([]) == ()


def test_only_files_that_are_there_are_offered() -> None:
    assert words.downloads(["indicators.csv", "SHA256SUMS"]) == (
        ("indicators.csv", "all figures as CSV"),
    )
