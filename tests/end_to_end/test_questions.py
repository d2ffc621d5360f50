"""The ten questions, asked of the database that the default borough's first night published."""

from __future__ import annotations

import pytest

from insight_pipeline.publication.database.questions.book import Question, load_questions
from tests.end_to_end.boroughs import Borough
from tests.end_to_end.project import query

pytestmark = pytest.mark.end_to_end
# Nothing has changed since the last release where there was none.
OF_A_LATER_RELEASE = "what_changed"


@pytest.mark.parametrize("question", load_questions(), ids=lambda question: question.question_id)
def test_the_published_database_answers_the_question(borough: Borough, question: Question) -> None:
    rows = query(borough.release, question.sql)
    assert bool(rows) is (question.question_id != OF_A_LATER_RELEASE)


def test_it_is_told_who_picks_up_the_people_whom_one_provider_refers_to_another(
    borough: Borough,
) -> None:
    asked = next(each for each in load_questions() if each.question_id == "who_picks_up")
    rows = query(borough.release, f"select from_and_to, missed_pct, lower95 from ({asked.sql})")
    shown = {pair: (value, lower) for pair, value, lower in rows if value is not None}
    assert any("BrightCare" in pair for pair in shown), sorted(shown)
    assert all(lower < value for value, lower in shown.values())


def test_it_is_told_what_was_spent_for_each_sustained_tenancy(borough: Borough) -> None:
    asked = next(each for each in load_questions() if each.question_id == "cost_per_outcome")
    rows = query(
        borough.release,
        f"select unit_cost_gbp, lower95, upper95, shorthand from ({asked.sql}) "
        "where title ilike '%tenancy%'",
    )
    assert rows
    for cost, lower, upper, shorthand in rows:
        assert lower < cost < upper if cost is not None else shorthand
