"""How contracts and models look in the Dagster UI: keys, groups, owners, columns, checks.

Belongs here: projecting what files already say. Nothing is described here for the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import TestResult, test_names

TEAM = "team:data-engineering"


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
            "sql": dg.MetadataValue.md(f"```sql\n{model.query}\n```"),
        },
    )


def model_checks(models: Iterable[Model], *, blocking: bool) -> list[dg.AssetCheckSpec]:
    """One check a header test; a blocking one that fails stops every step downstream."""
    return [
        dg.AssetCheckSpec(
            name, asset=key_of(model.relation), description=_check_words(name), blocking=blocking
        )
        for model in models
        for name in test_names(model.header.tests)
    ]


def _check_words(name: str) -> str:
    kind, _, rest = name.partition("_")
    return f"Declared in the model's header: {kind} {rest}".replace("_", " ")


def check_results(relation: str, tests: Iterable[TestResult]) -> list[dg.AssetCheckResult]:
    return [
        dg.AssetCheckResult(
            asset_key=key_of(relation),
            check_name=test.name,
            passed=test.outcome is Outcome.PASSED,
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


def state_word(unchanged: bool) -> str:
    return "unchanged" if unchanged else "made tonight"


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> dg.MetadataValue:
    names = list(header)
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def counts(values: Mapping[str, int]) -> dict[str, dg.MetadataValue]:
    return {name: dg.MetadataValue.int(value) for name, value in values.items()}
