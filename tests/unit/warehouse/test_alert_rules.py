"""The rules of early warning: what the file may say, and the table made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.warehouse.alert_rules import (
    COLUMNS,
    RULES_FILE,
    alert_rules,
    load_rules,
)
from tests.conftest import ROOT

RULE = """
rules:
  - rule_code: gaps_grow
    title: Gaps grow
    kind: growing_gaps
    measure_code: open_gaps
    points: {ordinary: 4, low: 3}
    recovered_points: 3
    fewest_cases: 10
    threshold: 3.0
    clause: performance
    false_alarms: {ordinary: 0.001, low: 0.002}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / RULES_FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_own_rules_are_read_and_follow_measures_that_there_are() -> None:
    rules = load_rules(ROOT / "data_contracts" / RULES_FILE).rules
    sql = (ROOT / "dbt_like_sql/journeys/fct_service_month.sql").read_text(encoding="utf-8")
    assert rules
    assert all(f"'{rule.measure_code}' as measure_code" in sql for rule in rules)
    named = {rule.indicator_id for rule in rules if rule.indicator_id}
    assert named <= {path.stem for path in (ROOT / "dbt_like_sql/indicators").glob("*.sql")}


def test_each_rule_has_a_row_for_each_tolerance(tmp_path: Path) -> None:
    table = alert_rules(load_rules(write(tmp_path, RULE)))
    assert table.columns == list(COLUMNS)
    assert table.select("tolerance", "points", "baseline_points", "false_alarm_rate").rows() == [
        ("low", 3, 12, 0.002),
        ("ordinary", 4, 12, 0.001),
    ]


def test_without_a_file_there_are_no_rules(tmp_path: Path) -> None:
    assert alert_rules(load_rules(tmp_path / RULES_FILE)).is_empty()


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("low: 3}", "low: 5}", "more months than an ordinary one"),
        ("    threshold: 3.0\n", "", "threshold belongs to"),
        ("kind: growing_gaps", "kind: special_cause_deterioration", "threshold belongs to"),
        ("kind: growing_gaps", "kind: bad_feeling", "sla_breach"),
        ("recovered_points", "recoverd_points", "did you mean 'recovered_points'"),
        ("rules:", "baseline_points: 6\nrules:", "greater than or equal to 12"),
        ("ordinary: 0.001", "ordinary: 0.5", "less than or equal to 0.1"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_with_its_reason(
    tmp_path: Path, was: str, becomes: str, words: str
) -> None:
    assert was in RULE
    with pytest.raises(InsightError, match=words):
        load_rules(write(tmp_path, RULE.replace(was, becomes)))


def test_a_rule_stands_once(tmp_path: Path) -> None:
    twice = RULE + RULE.split("rules:\n")[1]
    with pytest.raises(InsightError, match="gaps_grow stands more than once"):
        load_rules(write(tmp_path, twice))
