"""A delivery's trail as metadata of the UI.

Belongs here: names and forms. Does not belong here: gathering (operations/trail.py). Counts, codes
and names of models: no cell of any row.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from insight_pipeline.contracts.replay import Replayed
from insight_pipeline.defs.describe import link, markdown_table
from insight_pipeline.operations.downstream import Visible
from insight_pipeline.operations.trail import Trail


def trail_metadata(trail: Trail) -> dict[str, Any]:
    """In the order in which the delivery went through the rooms."""
    evidence = trail.evidence
    return {
        "period": f"{trail.period_from} to {trail.period_to}",
        "declared_contract_version": trail.declared_version,
        "submitted_at": dg.MetadataValue.timestamp(trail.submitted_at),
        "size_bytes": trail.size_bytes,
        "times_sent": trail.dropped,
        "outcome": trail.outcome,
        "judged_by_contract_version": trail.judged_by or "none",
        "refused_by": _listed(trail.reasons),
        "notices": _listed(trail.notices),
        **{f"rows_{name}": count for name, count in trail.counts.items()},
        "rules_broken": markdown_table(
            ("rule", "severity", "rows"),
            ((rule.code, rule.severity.value, rule.broken) for rule in trail.broken),
        ),
        "feedback_page": link(trail.feedback),
        "staging_models": _listed(trail.staging),
        "rows_as_person_evidence": evidence.rows,
        "rows_linked": evidence.linked,
        "rows_of_people_other_providers_know": evidence.shared,
        "read_by_indicators": _listed(trail.indicators),
        **_visible(trail.visible),
    }


def replay_metadata(replayed: Replayed) -> dict[str, Any]:
    """What judging it again came to."""
    told = "the same" if replayed.is_same else "another"
    changes = [(name, then, now) for name, (then, now) in replayed.differences.items()]
    return {
        "verdict_of_the_replay": "engine error: the earlier one stands"
        if replayed.failed
        else told,
        "differences": markdown_table(("count or rule", "before", "now"), changes),
    }


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _visible(visible: Visible | None) -> dict[str, Any]:
    if visible is None:
        return {"visible_in": "no figure"}
    kind = "preview" if visible.is_preview else "release"
    return {
        "visible_in": f"{kind} {visible.name}",
        "figures": dg.MetadataValue.path(visible.path),
    }
