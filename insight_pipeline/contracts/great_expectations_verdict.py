"""Great Expectations judges a delivery; the only module that knows Great Expectations.

The batch Great Expectations sees is one row describing the delivery. A custom metric starts our
one DuckDB pass and returns how many rows break each rule; one custom expectation per rule judges
that count. No value of a delivery ever enters a result, and a rule that is missing from the counts,
or whose pass failed, is an error, never a pass and never the provider's fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
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

from insight_pipeline.contracts.rules import Rule
from insight_pipeline.contracts.verdict import RuleResult
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.outcome import Outcome, Severity

Counts = Mapping[str, int]
METRIC = "table.rows_breaking_each_rule"
GX_SEVERITY = {
    Severity.DELIVERY: FailureSeverity.CRITICAL,
    Severity.RECORD: FailureSeverity.WARNING,
    Severity.WARN: FailureSeverity.INFO,
}
# A metric can carry plain values only: the pass of the delivery being judged waits here.
_passes: dict[str, Callable[[], Counts]] = {}


class RowsBreakingEachRule(TableMetricProvider):
    """Metric: rule code → rows breaking it, from one pass over the delivery."""

    metric_name = METRIC

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        **_: Any,
    ) -> dict[str, int]:
        batch, _domain, _accessor = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        return dict(_passes[batch["delivery_id"].iloc[0]]())


class ExpectDeliveryToKeepRule(BatchExpectation):
    """Expectation: no row of the delivery breaks the rule `rule_code`."""

    rule_code: str
    metric_dependencies = (METRIC,)
    success_keys = ("rule_code",)
    args_keys = ("rule_code",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        broken = metrics[METRIC][self.rule_code]
        return {"success": broken == 0, "result": {"observed_value": broken}}


@lru_cache(maxsize=1)
def _context() -> Any:
    """An ephemeral context: nothing on disk, no telemetry, no progress bars."""
    config = DataContextConfig(
        analytics_enabled=False,
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("landing").add_dataframe_asset("delivery")
    asset.add_batch_definition_whole_dataframe("whole")
    return context


def judge(
    delivery_id: str, rules: tuple[Rule, ...], pass_over_rows: Callable[[], Counts]
) -> tuple[RuleResult, ...]:
    """One result per rule, in order; `pass_over_rows` runs once, when the metric asks for it."""
    _passes[delivery_id] = pass_over_rows
    batch = pd.DataFrame({"delivery_id": [delivery_id]})
    try:
        outcome = _checkpoint(rules).run(batch_parameters={"dataframe": batch})
    finally:
        del _passes[delivery_id]
    (validation,) = outcome.run_results.values()
    by_code = {r.expectation_config.kwargs["rule_code"]: r for r in validation.results}
    return tuple(_result(rule, by_code.get(rule.code)) for rule in rules)


# Putting a checkpoint together costs more than running it: once a contract, not once a delivery.
@lru_cache(maxsize=256)
def _checkpoint(rules: tuple[Rule, ...]) -> Any:
    context = _context()
    # The whole rules: two contracts may use the same codes with other words or severities.
    name = fingerprint([asdict(rule) for rule in rules])
    whole = context.data_sources.get("landing").get_asset("delivery").get_batch_definition("whole")
    expectations = [
        ExpectDeliveryToKeepRule(
            rule_code=rule.code, severity=GX_SEVERITY[rule.severity], notes=rule.sentence
        )
        for rule in rules
    ]
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


def _result(rule: Rule, result: Any) -> RuleResult:
    ran = result is not None and not result.exception_info.get("raised_exception", True)
    broken = int(result.result["observed_value"]) if ran else 0
    return RuleResult(
        code=rule.code, severity=rule.severity, outcome=_outcome(rule, ran, broken), broken=broken
    )


def _outcome(rule: Rule, ran: bool, broken: int) -> Outcome:
    if not ran:
        return Outcome.ERROR
    if not broken:
        return Outcome.PASSED
    return Outcome.WARNING if rule.severity is Severity.WARN else Outcome.FAILED
