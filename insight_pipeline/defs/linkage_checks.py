"""The checks of a night's linkage: what cannot be true is an error, what asks to look is a hint.

Belongs here: from a night in numbers to results of checks. Does not belong here: the numbers
(linkage/summary.py), or the assets (linkage.py).
"""

from __future__ import annotations

import dagster as dg

from insight_pipeline.defs.describe import key_of
from insight_pipeline.linkage.summary import LinkageSummary

PERSON_RELATION = "identity.person"
SIZE_CHECK = "no_cluster_is_implausibly_large"
# More records of one person than any honest set of providers holds: look for a shared identifier.
LARGEST_PLAUSIBLE = 200
CHURN_CHECK = "ids_stay_with_their_people"
MODEL_CHECK = "the_model_was_really_estimated"
REVIEW_CHECK = "doubtful_people_are_reviewed"
CHECKS = {
    SIZE_CHECK: f"No person has more than {LARGEST_PLAUSIBLE} records.",
    CHURN_CHECK: "No more people changed their id than data_contracts/linkage.yaml allows a night.",
    MODEL_CHECK: "Every parameter of the model was estimated from enough pairs and is plausible.",
    REVIEW_CHECK: "No badly connected person and no contradicted decision waits for review.",
}


def linkage_checks(summary: LinkageSummary) -> list[dg.AssetCheckResult]:
    """What cannot be true, or changes people for no reason given, is an error; the rest a hint."""
    outcomes: dict[str, tuple[bool, dict[str, int | float | str]]] = {
        SIZE_CHECK: (
            summary.largest_cluster <= LARGEST_PLAUSIBLE,
            {"largest": summary.largest_cluster},
        ),
        CHURN_CHECK: (
            not summary.is_churn_over_limit,
            {"churn_percent": summary.churn_percent},
        ),
        MODEL_CHECK: (
            not summary.is_provisional and not summary.model_findings,
            {"findings": summary.model_findings, "is_provisional": str(summary.is_provisional)},
        ),
        REVIEW_CHECK: (
            not summary.doubtful_people and not summary.decisions_put_back,
            {"people": summary.doubtful_people, "put_back": summary.decisions_put_back},
        ),
    }
    return [
        dg.AssetCheckResult(
            asset_key=key_of(PERSON_RELATION),
            check_name=name,
            passed=passed,
            severity=_severity(name, summary),
            metadata=metadata,
        )
        for name, (passed, metadata) in outcomes.items()
    ]


def _severity(check: str, summary: LinkageSummary) -> dg.AssetCheckSeverity:
    """A model or method that people chose may move many ids; nothing else may."""
    is_chosen = check == CHURN_CHECK and summary.cause is not None
    is_error = check in (SIZE_CHECK, CHURN_CHECK) and not is_chosen
    return dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN
