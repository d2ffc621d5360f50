"""A verdict for the tests of review."""

from __future__ import annotations

from typing import Any

from insight_pipeline.linkage.review.notebook import Judgement


def judgement(turn: int, **more: Any) -> Judgement:
    values: dict[str, Any] = {
        "decision_id": f"d{turn}",
        "item_id": f"i{turn}",
        "record_id_l": "north:1",
        "record_id_r": "south:1",
        "verdict_code": "same",
        "scope_code": "records",
        "records_l": ("north:1",),
        "records_r": ("south:1",),
        "sampling_code": "near_join",
        "reason_code": "moved",
        "reason": "Moved, in May",
        "reviewer_id": "ada",
        "is_blind": True,
        "decided_at": "2025-07-08 09:30:00",
        "evidence_mark": "0f",
    }
    return Judgement(**{**values, **more})
