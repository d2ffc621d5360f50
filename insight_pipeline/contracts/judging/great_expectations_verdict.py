"""Great Expectations judges deliveries; the only module that knows Great Expectations.

The batch Great Expectations sees describes deliveries of one contract, a row for each. A custom
metric starts our one DuckDB pass over each of them and returns how many rows break each rule; one
custom expectation per rule judges those counts, delivery by delivery. No value of a delivery ever
enters a result, and a rule that is missing from a delivery's counts, or whose pass failed, is an
error of that delivery: never a pass, never the provider's fault, never another delivery's error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import lru_cache
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from insight_pipeline.contracts.judging.examination import Tally
from insight_pipeline.contracts.judging.metrics import keeps
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.judging.verdict import RuleResult
from insight_pipeline.contracts.promise.contract import Limit
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.outcome import Outcome, Severity
from insight_pipeline.kernel.trouble import MachineError, raise_machine_trouble

Pass = Callable[[], Tally]
METRIC = "table.rows_breaking_each_rule"
NO_ROWS = Limit("mustBe", (Decimal(0),))
GX_SEVERITY = {
    Severity.DELIVERY: FailureSeverity.CRITICAL,
    Severity.RECORD: FailureSeverity.WARNING,
    Severity.WARN: FailureSeverity.INFO,
}
# A metric can carry plain values only: the passes over the deliveries being judged wait here.
_passes: list[Pass] = []
# Where the machine itself stopped a pass.
_stopped: list[MachineError] = []


class RowsBreakingEachRule(TableMetricProvider):
    """Metric: delivery → rule code → rows breaking it, and under `ROWS` all rows of the delivery.

    A delivery whose pass failed is not in it.
    """

    metric_name = METRIC

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        **_: Any,
    ) -> dict[int, dict[str, int]]:
        batch, _domain, _accessor = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        counted = ((int(place), _counts(_passes[int(place)])) for place in batch["delivery"])
        return {place: counts for place, counts in counted if counts is not None}


ROWS = ""


def _counts(one: Pass) -> dict[str, int] | None:
    try:
        tally = one()
    # Whatever failed, and whatever its message says: it is our engine, and only this delivery;
    # but a full disk is everybody's. Great Expectations would not let that error through.
    except Exception as error:
        try:
            raise_machine_trouble(error, "contracts: judging")
        except MachineError as stop:
            _stopped.append(stop)
        return None
    return {ROWS: tally.rows, **tally.broken}


class ExpectDeliveriesToKeepRule(BatchExpectation):
    """Expectation: no delivery has more (or fewer) rows breaking `rule_code` than the limit."""

    rule_code: str
    operator: str
    limits: list[str]
    percent: bool
    metric_dependencies = (METRIC,)
    success_keys = ("rule_code", "operator", "limits", "percent")
    args_keys = ("rule_code", "operator", "limits", "percent")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        limit = Limit(self.operator, tuple(map(Decimal, self.limits)), self.percent)
        counted = {d: c for d, c in metrics[METRIC].items() if self.rule_code in c}
        broken = {delivery: counts[self.rule_code] for delivery, counts in counted.items()}
        kept = {d: keeps(limit, broken[d], counts[ROWS]) for d, counts in counted.items()}
        return {
            "success": all(kept.values()) and len(kept) == len(metrics[METRIC]),
            "result": {
                "observed_value": sum(broken.values()),
                "details": {"broken": broken, "kept": kept},
            },
        }


@lru_cache(maxsize=1)
def _context() -> Any:
    """An ephemeral context: nothing on disk, no telemetry, no progress bars."""
    config = DataContextConfig(
        analytics_enabled=False,
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("landing").add_dataframe_asset("deliveries")
    asset.add_batch_definition_whole_dataframe("whole")
    return context


def judge(passes: Sequence[tuple[Pass, tuple[Rule, ...]]]) -> list[tuple[RuleResult, ...]]:
    """For each pass one result per rule, in order; passes under the same rules in one run.

    Every pass runs once, when the metric asks for it.
    """
    results: dict[int, tuple[RuleResult, ...]] = {}
    for rules in dict.fromkeys(asked for _, asked in passes):
        places = [place for place, (_, asked) in enumerate(passes) if asked == rules]
        judged = _judge([passes[place][0] for place in places], rules)
        results |= dict(zip(places, judged, strict=True))
    return [results[place] for place in range(len(passes))]


def _judge(passes: Sequence[Pass], rules: tuple[Rule, ...]) -> list[tuple[RuleResult, ...]]:
    _passes[:] = passes
    batch = pd.DataFrame({"delivery": range(len(passes))})
    try:
        outcome = _checkpoint(rules).run(batch_parameters={"dataframe": batch})
        if _stopped:
            raise _stopped[0]
    finally:
        _passes.clear()
        _stopped.clear()
    (validation,) = outcome.run_results.values()
    by_code = {r.expectation_config.kwargs["rule_code"]: r for r in validation.results}
    return [
        tuple(_result(rule, by_code.get(rule.code), place) for rule in rules)
        for place in range(len(passes))
    ]


# Putting a checkpoint together costs more than running it: once a contract, not once a delivery.
@lru_cache(maxsize=256)
def _checkpoint(rules: tuple[Rule, ...]) -> Any:
    context = _context()
    # The whole rules: two contracts may use the same codes with other words or severities.
    name = fingerprint([_plain(rule) for rule in rules])
    whole = (
        context.data_sources.get("landing").get_asset("deliveries").get_batch_definition("whole")
    )
    expectations = [_expectation(rule, rule.limit or NO_ROWS) for rule in rules]
    suite = context.suites.add_or_update(gx.ExpectationSuite(name, expectations=expectations))
    definition = context.validation_definitions.add_or_update(
        gx.ValidationDefinition(name=name, data=whole, suite=suite)
    )
    return context.checkpoints.add_or_update(
        gx.Checkpoint(
            name=name,
            validation_definitions=[definition],
            result_format={"result_format": "BASIC"},
        )
    )


def _plain(rule: Rule) -> dict[str, Any]:
    limit = rule.limit and [rule.limit.operator, *map(str, rule.limit.values), rule.limit.percent]
    return {**asdict(rule), "limit": limit}


def _expectation(rule: Rule, limit: Limit) -> ExpectDeliveriesToKeepRule:
    return ExpectDeliveriesToKeepRule(
        rule_code=rule.code,
        operator=limit.operator,
        limits=[str(value) for value in limit.values],
        percent=limit.percent,
        severity=GX_SEVERITY[rule.severity],
        notes=rule.sentence,
    )


def _result(rule: Rule, result: Any, place: int) -> RuleResult:
    ran = result is not None and not result.exception_info.get("raised_exception", True)
    details = result.result.get("details") or {} if ran else {}
    kept = details.get("kept", {}).get(place)
    return RuleResult(
        code=rule.code,
        severity=rule.severity,
        outcome=_outcome(rule, kept),
        broken=0 if kept is None else int(details["broken"][place]),
    )


def _outcome(rule: Rule, kept: bool | None) -> Outcome:
    if kept is None:
        return Outcome.ERROR
    if kept:
        return Outcome.PASSED
    return Outcome.WARNING if rule.severity is Severity.WARN else Outcome.FAILED
