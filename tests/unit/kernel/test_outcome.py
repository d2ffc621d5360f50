"""The words of outcomes and severities, as they stand in files and in Dagster."""

from __future__ import annotations

from insight_pipeline.kernel.outcome import Outcome, Severity


def test_there_are_five_outcomes_and_an_error_is_neither_a_pass_nor_a_failure() -> None:
    assert [str(outcome) for outcome in Outcome] == [
        "passed",
        "warning",
        "failed",
        "error",
        "skipped",
    ]


def test_there_are_three_severities() -> None:
    assert [str(severity) for severity in Severity] == ["warn", "record", "delivery"]
