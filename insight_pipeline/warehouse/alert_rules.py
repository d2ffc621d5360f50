"""The rules of early warning: data_contracts/early_warning.yaml.

Belongs here: that file's shape, and the table of rules the warehouse has. Does not belong here:
what the rules find (indicators/early_warning/), or the measures they read
(journeys.fct_service_month).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.warehouse.reference import each_once, reference_table

RULES_FILE = "early_warning.yaml"
COLUMNS: dict[str, str] = {
    "rule_code": "VARCHAR",
    "tolerance": "VARCHAR",
    "title": "VARCHAR",
    "kind": "VARCHAR",
    "measure_code": "VARCHAR",
    "points": "INTEGER",
    "recovered_points": "INTEGER",
    "baseline_points": "INTEGER",
    "fewest_cases": "BIGINT",
    "threshold": "DOUBLE",
    "clause_topic": "VARCHAR",
    "false_alarm_rate": "DOUBLE",
    "indicator_id": "VARCHAR",
}
# Without twelve points limits are trial limits (NHS Making Data Count), and raise false alarms.
FEWEST_BASELINE_POINTS = 12


class Points(StrictModel):
    """Months in a row that must give the signal, by the contract's tolerance of failure."""

    ordinary: int = Field(ge=1)
    low: int = Field(ge=1)

    @model_validator(mode="after")
    def _is_stricter(self) -> Points:
        if self.low > self.ordinary:
            raise ValueError("a contract of low tolerance needs more months than an ordinary one")
        return self


class FalseAlarms(StrictModel):
    """Alerts per series and month where nothing is wrong, by the contract's tolerance."""

    ordinary: float = Field(gt=0, le=0.1)
    low: float = Field(gt=0, le=0.1)


class Rule(StrictModel):
    """One rule; see the head of early_warning.yaml.

    threshold: of growing_gaps the growth in standard deviations of a difference of two counts; of
    sla_breach the value above which a month breaks the promise. indicator_id: the public indicator
    whose chart shows what the rule follows, where there is one.
    """

    rule_code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    kind: Literal["special_cause_deterioration", "sla_breach", "growing_gaps"]
    measure_code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    points: Points
    recovered_points: int = Field(ge=1)
    fewest_cases: int = Field(ge=0)
    threshold: float | None = None
    clause: Literal["performance", "data", "handover"]
    false_alarms: FalseAlarms
    indicator_id: str | None = None

    @model_validator(mode="after")
    def _has_its_threshold(self) -> Rule:
        if (self.threshold is None) != (self.kind == "special_cause_deterioration"):
            raise ValueError("threshold belongs to growing_gaps and sla_breach, and to both")
        return self


class EarlyWarning(StrictModel):
    """The whole file. baseline_points: a series' first points, which make its process limits."""

    baseline_points: int = Field(default=FEWEST_BASELINE_POINTS, ge=FEWEST_BASELINE_POINTS)
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _names_a_rule_once(self) -> EarlyWarning:
        each_once(rule.rule_code for rule in self.rules)
        return self


def load_rules(path: Path) -> EarlyWarning:
    """early_warning.yaml; no rules where there is no such file. InsightError names every fault."""
    return load_yaml(path, EarlyWarning) if path.exists() else EarlyWarning()


def alert_rules(warning: EarlyWarning) -> pl.DataFrame:
    """reference.alert_rule (COLUMNS): one row per rule and tolerance."""
    rows = [
        (
            rule.rule_code,
            tolerance,
            rule.title,
            rule.kind,
            rule.measure_code,
            getattr(rule.points, tolerance),
            rule.recovered_points,
            warning.baseline_points,
            rule.fewest_cases,
            rule.threshold,
            rule.clause,
            getattr(rule.false_alarms, tolerance),
            rule.indicator_id,
        )
        for rule in warning.rules
        for tolerance in ("low", "ordinary")
    ]
    return reference_table(rows, COLUMNS).sort("rule_code", "tolerance")
