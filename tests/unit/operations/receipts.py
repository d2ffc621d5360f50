"""Receipts for tests of operations."""

from __future__ import annotations

from datetime import UTC, date, datetime

from insight_pipeline.landing.manifest import Manifest
from insight_pipeline.landing.receipt import Receipt


def receipt(number: int, drops: int = 1) -> Receipt:
    """Of the dataset riverside__visits; `drops`: how often it was sent."""
    manifest = Manifest(
        provider="riverside",
        dataset="visits",
        contract_version="1.0.0",
        period_from=date(2026, 1, 1),
        period_to=date(2026, 3, 31),
        submitted_at=datetime(2026, 4, 7, 9, tzinfo=UTC),
        file=f"visits_{number}.csv",
    )
    return Receipt(
        delivery_id=f"{number:016x}",
        sha256=f"{number:064x}",
        size_bytes=number,
        encoding="utf-8",
        manifest=manifest,
        drops=tuple(f"drop{place}" for place in range(drops)),
    )
