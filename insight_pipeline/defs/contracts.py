"""Assets of the contracts room: one op per feed, so that a bad feed never stops the others."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from insight_pipeline.contracts.feed import FeedResult, process_feed
from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.defs.describe import (
    contract_columns,
    key_of,
    markdown_table,
    owners_of,
    selected,
    state_word,
)
from insight_pipeline.defs.guard import guarded, safe_description
from insight_pipeline.defs.landing import landing_relation
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.settings import Settings

PROMISE = "promise_is_kept"
BROKEN = (Outcome.FAILED, Outcome.WARNING)
BALANCE = "received_equals_its_parts"
ENGINE = "every_rule_could_run"
CHECKS = {
    PROMISE: "Great Expectations' verdict on tonight's deliveries: every rule of the contract.",
    BALANCE: "received = accepted + quarantined + superseded + rejected, for every delivery.",
    ENGINE: "No rule ended in an error of our own engine; an error is never the provider's fault.",
}


def contract_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    return [_asset(contract, catalogue, settings) for contract in catalogue.contracts]


def _asset(contract: Contract, catalogue: Catalogue, settings: Settings) -> dg.AssetsDefinition:
    key = key_of(accepted_relation(contract))

    @dg.multi_asset(
        name=f"accepted__{contract.stem}",
        specs=[_spec(key, contract)],
        check_specs=[
            dg.AssetCheckSpec(name, asset=key, description=words) for name, words in CHECKS.items()
        ],
    )
    def accepted(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            try:
                result = process_feed(contract, catalogue.law, settings)
            except Exception as error:
                # This feed stays as it stood; every other feed goes on.
                yield from _engine_failed(context, key, contract, error)
                return
            context.log.info(_summary(result))
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(result))
            yield from selected(context, _checks(key, result))

    return accepted


def _spec(key: dg.AssetKey, contract: Contract) -> dg.AssetSpec:
    promise = contract.promise
    return dg.AssetSpec(
        key,
        deps=[key_of(landing_relation(contract)), *_referred(contract)],
        description=f"{contract.description}\n\nModelled on: {promise.national_return}.",
        group_name="contracts",
        kinds={"parquet", "great_expectations"},
        owners=owners_of(contract.owner),
        code_version=contract.fingerprint[:12],
        tags={"provider": promise.provider},
        metadata={
            "dagster/column_schema": contract_columns(contract),
            "contract": f"{contract.path.name}, version {contract.version}",
            "lawful_basis": promise.lawful_basis,
            "resubmission": promise.resubmission.mode,
            "rules": len(compile_rules(contract)),
        },
    )


def _referred(contract: Contract) -> list[dg.AssetKey]:
    """Datasets reckoned before this one, because its rows refer to theirs."""
    return [key_of(f"accepted.{stem}") for stem in sorted({r.to_stem for r in contract.references})]


def _summary(result: FeedResult) -> str:
    tonight = [a for a in result.accounts.deliveries if a.delivery_id in result.judged_now]
    if not tonight:
        return f"unchanged, {len(result.accounts.deliveries)} deliveries stand as they were judged"
    received = sum(account.received for account in tonight)
    refused = sum(account.outcome == "refused" for account in tonight)
    held = sum(account.outcome == "held" for account in tonight)
    quarantined = sum(account.quarantined for account in tonight)
    return (
        f"{len(tonight)} deliveries judged ({refused} refused, {held} held), "
        f"{received:,} rows received, {quarantined:,} quarantined"
    )


def _metadata(result: FeedResult) -> dict[str, dg.MetadataValue | int | str]:
    accounts = result.accounts.deliveries
    columns = ("received", "accepted", "quarantined", "superseded", "rejected")
    totals = {f"rows_{name}": sum(getattr(a, name) for a in accounts) for name in columns}
    return {
        **totals,
        "dagster/row_count": totals["rows_accepted"],
        "state": state_word(result.unchanged),
        "deliveries": markdown_table(
            ["delivery", "period to", "outcome", "reasons", "notices", *columns],
            (
                (
                    a.delivery_id,
                    a.period_to,
                    a.outcome,
                    ", ".join(a.reasons),
                    ", ".join(a.notices),
                    *(getattr(a, name) for name in columns),
                )
                for a in accounts
            ),
        ),
        "rows_breaking_rules": markdown_table(["rule", "rows"], _broken(result)),
        "cells_repaired": markdown_table(["column", "repair", "cells"], _repaired(result)),
        "notes_of_the_readers": markdown_table(["note", "deliveries"], _noted(result)),
        "judged_by": markdown_table(["contract version", "deliveries"], _versions(result)),
    }


def _broken(result: FeedResult) -> list[tuple[str, int]]:
    """Rows breaking each rule that did not pass, over all deliveries."""
    rows: Counter[str] = Counter()
    for verdict in result.verdicts:
        rows.update({r.code: r.broken for r in verdict.rules if r.outcome in BROKEN and r.broken})
    return rows.most_common()


def _repaired(result: FeedResult) -> list[tuple[str, str, int]]:
    cells: Counter[tuple[str, str]] = Counter()
    for verdict in result.verdicts:
        cells.update({(one.column, one.name): one.cells for one in verdict.normalised})
    return [(column, name, count) for (column, name), count in cells.most_common()]


def _noted(result: FeedResult) -> list[tuple[str, int]]:
    notes = (note.partition(":")[0] for verdict in result.verdicts for note in verdict.notes)
    return Counter(notes).most_common()


def _versions(result: FeedResult) -> list[tuple[str, int]]:
    return sorted(Counter(verdict.judged_by for verdict in result.verdicts).items())


def _checks(key: dg.AssetKey, result: FeedResult) -> list[dg.AssetCheckResult]:
    # Last year's files are judged by last year's promise, whose rules may be others.
    versions = (result.contract, *result.contract.earlier)
    codes = dict.fromkeys(rule.code for version in versions for rule in compile_rules(version))
    worst = [rule for code in codes if (rule := result.worst(code)) is not None]
    failed = [rule for rule in worst if rule.outcome in BROKEN]
    errors = [rule for rule in worst if rule.outcome is Outcome.ERROR]
    unbalanced = sum(not account.balances for account in result.accounts.deliveries)
    table = markdown_table(
        ["rule", "severity", "outcome", "most rows in one delivery"],
        ((rule.code, rule.severity.value, rule.outcome.value, rule.broken) for rule in failed),
    )
    return [
        dg.AssetCheckResult(
            asset_key=key,
            check_name=PROMISE,
            passed=not failed,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"rules": len(worst), "broken": len(failed), "details": table},
        ),
        dg.AssetCheckResult(
            asset_key=key,
            check_name=BALANCE,
            passed=unbalanced == 0,
            metadata={"deliveries_out_of_balance": unbalanced},
        ),
        dg.AssetCheckResult(
            asset_key=key,
            check_name=ENGINE,
            passed=not errors,
            metadata={"rules_that_could_not_run": len(errors)},
        ),
    ]


def _engine_failed(
    context: dg.AssetExecutionContext, key: dg.AssetKey, contract: Contract, error: Exception
) -> Iterator[object]:
    words = str(error) if isinstance(error, InsightError) else safe_description(error)
    context.log.error(f"{contract.stem}: the engine failed; the feed stays as it stood.\n{words}")
    yield dg.MaterializeResult(asset_key=key, metadata={"state": "stays as it stood: engine error"})
    failed = [
        dg.AssetCheckResult(
            asset_key=key, check_name=name, passed=False, metadata={"outcome": "error"}
        )
        for name in CHECKS
    ]
    yield from selected(context, failed)
