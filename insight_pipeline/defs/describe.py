"""How contracts and models look in the Dagster UI: keys, groups, owners, columns, checks.

Belongs here: projecting what files already say. Nothing is described here for the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.indicators.revision import RevisionCounts
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql.check_names import test_names, test_words
from insight_pipeline.sql.checks import TestResult
from insight_pipeline.sql.header_tests import CheckSeverity
from insight_pipeline.sql.model import Model

TEAM = "team:data-engineering"
BROKEN = (Outcome.FAILED, Outcome.WARNING)
SEVERITIES = {
    CheckSeverity.ERROR: dg.AssetCheckSeverity.ERROR,
    CheckSeverity.WARN: dg.AssetCheckSeverity.WARN,
}


def key_of(relation: str) -> dg.AssetKey:
    """`schema.table` → asset key [schema, table]."""
    return dg.AssetKey(relation.split("."))


def owners_of(address: str) -> list[str]:
    return [address] if "@" in address else [TEAM]


def contract_columns(contract: Contract) -> dg.TableSchema:
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                column.type,
                column.description,
                dg.TableColumnConstraints(nullable=not column.required, unique=column.unique),
            )
            for column in contract.columns
        ]
    )


def model_spec(model: Model, group: str, kinds: set[str]) -> dg.AssetSpec:
    """A model's asset: description, owner, columns and SQL come from its file."""
    columns = [dg.TableColumn(name, description=d) for name, d in model.header.columns.items()]
    return dg.AssetSpec(
        key_of(model.relation),
        deps=[key_of(relation) for relation in model.reads],
        description=f"{model.header.description}\n\nGrain: {model.header.grain or 'see columns'}.",
        group_name=group,
        kinds=kinds,
        owners=owners_of(model.header.owner),
        code_version=model.fingerprint[:12],
        skippable=True,
        metadata={
            "dagster/column_schema": dg.TableSchema(columns),
            "materialised": model.header.materialised.value,
            "sql": dg.MetadataValue.md(f"```sql\n{model.query}\n```"),
        },
    )


def model_checks(models: Iterable[Model], *, blocking: bool) -> list[dg.AssetCheckSpec]:
    """One check a header test; a blocking one of severity error that fails stops all downstream."""
    return [
        dg.AssetCheckSpec(
            name,
            asset=key_of(model.relation),
            description=test_words(test),
            additional_deps=[key_of(name) for name in test.against if name != model.relation],
            blocking=blocking and test.severity is CheckSeverity.ERROR,
            metadata={"severity": test.severity.value},
        )
        for model in models
        for name, test in zip(test_names(model.header.tests), model.header.tests, strict=True)
    ]


def check_results(relation: str, tests: Iterable[TestResult]) -> list[dg.AssetCheckResult]:
    """A test that could not run is no pass, whatever its severity says of a failure."""
    return [
        dg.AssetCheckResult(
            asset_key=key_of(relation),
            check_name=test.name,
            passed=test.outcome in (Outcome.PASSED, Outcome.SKIPPED),
            severity=SEVERITIES[test.severity],
            metadata={"outcome": test.outcome.value, "failing_rows": test.failing_rows},
        )
        for test in tests
    ]


def selected(
    context: dg.AssetExecutionContext, results: Iterable[dg.AssetCheckResult]
) -> list[dg.AssetCheckResult]:
    """Those check results that this run asked for."""
    wanted = {(k.asset_key, k.name) for k in context.selected_asset_check_keys}
    return [result for result in results if (result.asset_key, result.check_name) in wanted]


def asked(context: dg.AssetExecutionContext) -> set[str]:
    """Relations that this run asked for: to be made, or only for a check of theirs to be run."""
    checked = {check.asset_key for check in context.selected_asset_check_keys}
    return {".".join(key.path) for key in {*context.selected_asset_keys, *checked}}


def state_word(unchanged: bool) -> str:
    return "unchanged" if unchanged else "made tonight"


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> dg.MetadataValue:
    names = list(header)
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def link(page: Path) -> dg.MetadataValue:
    """A page of this machine, whether or not it is there yet."""
    return dg.MetadataValue.url(page.as_uri())


def counts(values: Mapping[str, int]) -> dict[str, dg.MetadataValue]:
    return {name: dg.MetadataValue.int(value) for name, value in values.items()}


def revision_metadata(counts: RevisionCounts) -> dict[str, int]:
    """How many figures are new, unchanged, and revised by reason: counts only."""
    return {
        "figures_new": counts.new,
        "figures_unchanged": counts.unchanged,
        **{f"figures_revised_{reason}": n for reason, n in sorted(counts.revised.items())},
    }
