"""What all who were invited would have said, counted by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from insight_pipeline.simulation.true_voice import true_voice, voice_indicators
from insight_pipeline.simulation.window import Window

WINDOW = Window(date(2025, 1, 1), date(2025, 6, 30))
GOOD, TOGETHER, RATE = (
    "voice_good_experience",
    "voice_services_worked_together",
    "voice_response_rate",
)
# person, service, provider, response, overall, overall left out, together, invited
ASKED = [
    (1, "leisure", "activelife", "answered", 5, False, "yes_definitely", date(2025, 2, 10)),
    (2, "leisure", "activelife", "answered", 3, False, "yes_somewhat", date(2025, 2, 10)),
    (3, "leisure", "activelife", "no_answer", 4, False, "yes_definitely", date(2025, 3, 31)),
    (4, "homelessness", "homestead", "answered", 4, True, "no", date(2025, 1, 1)),
    (1, "homelessness", "homestead", "answered", 1, False, "no", date(2025, 4, 1)),
    (9, "leisure", "activelife", "answered", 5, False, "yes_definitely", date(2025, 2, 10)),
]


@pytest.fixture
def voice() -> pl.DataFrame:
    columns = ["person", "service", "provider", "response", "overall", "overall_left_out"]
    frame = pl.DataFrame(ASKED, schema=[*columns, "together", "invited"], orient="row")
    return frame.with_columns(together_left_out=pl.lit(False))


@pytest.fixture
def people() -> pl.DataFrame:
    """Persons 1 to 4; 9 has opted out."""
    return pl.DataFrame(
        {
            "person": [1, 2, 3, 4],
            "area_code": ["E05900001", "E05900001", "E05900002", "E05900002"],
            "sex": ["F", "M", "F", "M"],
            "birth": [date(1980, 1, 1), date(1950, 1, 1), date(1980, 1, 1), date(1980, 1, 1)],
        }
    )


def _row(table: pl.DataFrame, name: str, kind: str, group: str, month: int) -> dict[str, object]:
    wanted = table.filter(
        pl.col("indicator_id") == name,
        pl.col("breakdown_type") == kind,
        pl.col("breakdown") == group,
        pl.col("period_from") == date(2025, month, 1),
    )
    return wanted.row(0, named=True)


def test_the_true_share_is_of_all_invited_and_the_other_of_those_who_answered(
    voice: pl.DataFrame, people: pl.DataFrame
) -> None:
    table = true_voice(voice, people, WINDOW)
    leisure = _row(table, GOOD, "service", "leisure", 1)
    assert (leisure["invited"], leisure["answered"]) == (3, 2)
    assert leisure["true_share"] == pytest.approx(200 / 3)
    assert leisure["answered_share"] == 50
    total = _row(table, TOGETHER, "total", "all", 1)
    assert (total["invited"], total["answered"], total["true_share"]) == (4, 3, 50)
    homeless = _row(table, GOOD, "provider", "homestead", 1)
    assert (homeless["answered"], homeless["answered_share"]) == (0, None)
    assert _row(table, GOOD, "total", "all", 4)["true_share"] == 0


@pytest.mark.parametrize(
    ("name", "kind", "group", "month", "counts"),
    [
        (GOOD, "total", "all", 1, (1, 2)),
        (GOOD, "service", "leisure", 1, (1, 2)),
        (GOOD, "provider", "homestead", 4, (0, 1)),
        (GOOD, "area", "E05900001", 1, (1, 2)),
        (TOGETHER, "total", "all", 1, (1, 3)),
        (TOGETHER, "age_band", "75-84", 1, (0, 1)),
        (RATE, "total", "all", 1, (3, 4)),
        (RATE, "sex", "F", 1, (1, 2)),
        (RATE, "service", "homelessness", 4, (1, 1)),
    ],
)
def test_indicators_count_those_who_answered_the_question_and_the_rate_all_invited(
    voice: pl.DataFrame,
    people: pl.DataFrame,
    name: str,
    kind: str,
    group: str,
    month: int,
    counts: tuple[int, int],
) -> None:
    row = _row(voice_indicators(voice, people, WINDOW), name, kind, group, month)
    assert (row["numerator"], row["denominator"]) == counts
