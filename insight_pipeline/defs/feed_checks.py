"""The checks of a feed: what was promised, what adds up, what could run, what is unusual.

Belongs here: from a feed's verdicts and accounts to results of checks. Does not belong here:
judging (contracts/judging), or the assets (contracts.py). None of them blocks: rows that must not
go on are held back row by row, and one provider's bad night never stops the others.
"""

from __future__ import annotations

import dagster as dg

from insight_pipeline.contracts.feed import FeedResult
from insight_pipeline.contracts.judging.rules import compile_rules
from insight_pipeline.contracts.service_levels.volume import FEWEST_EARLIER, volumes
from insight_pipeline.defs.describe import BROKEN, markdown_table
from insight_pipeline.kernel.outcome import Outcome

PROMISE = "promise_is_kept"
BALANCE = "received_equals_its_parts"
ENGINE = "every_rule_could_run"
VOLUME = "volume_is_as_usual"
CHECKS = {
    PROMISE: "Great Expectations' verdict on tonight's deliveries: every rule of the contract.",
    BALANCE: "received = accepted + quarantined + superseded + rejected, for every delivery.",
    ENGINE: "No rule ended in an error of our own engine; an error is never the provider's fault.",
    VOLUME: "Tonight's deliveries, or else the latest, hold as many rows as earlier ones of the "
    f"same feed let expect; nothing is said before {FEWEST_EARLIER} periods.",
}


def feed_checks(key: dg.AssetKey, result: FeedResult) -> list[dg.AssetCheckResult]:
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
        _volume(key, result),
    ]


def _volume(key: dg.AssetKey, result: FeedResult) -> dg.AssetCheckResult:
    """Of tonight's deliveries; of the latest where none was judged tonight."""
    known = volumes(result.accounts.deliveries)
    asked = [one for one in known if one.delivery_id in result.judged_now] or known[-1:]
    unusual = [one for one in asked if not one.is_usual]
    table = markdown_table(
        ["delivery", "rows", "expected", "from", "to"],
        (
            (one.delivery_id, one.rows, *map(_rounded, (one.expected, one.lowest, one.highest)))
            for one in asked
        ),
    )
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=VOLUME,
        passed=not unusual,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "deliveries": len(asked),
            "compared": sum(one.expected is not None for one in asked),
            "unusual": len(unusual),
            "details": table,
        },
    )


def _rounded(rows: float | None) -> str:
    return "no history yet" if rows is None else f"{rows:,.0f}"
