"""Counts what breaks the rules about a delivery as a whole (rules.DELIVERY_RULES).

Belongs here: one count per delivery rule. Does not belong here: rules about rows (scan.py).
"""

from __future__ import annotations

from decimal import Decimal

from insight_pipeline.contracts.judging.headers import Header
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.judging.scan import Found
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.landing.manifest import UNDECLARED, Manifest
from insight_pipeline.landing.reading import Content

# Rules that ask what was declared; nobody can judge them where nothing was.
DECLARED = ("contract_version", "rows_as_declared", "declared_period")
# The first bytes say so; or every line beyond ASCII does.
OTHER_ENCODING = {"encoding_differs", "encoding_seems"}


def about_delivery(
    found: Found,
    header: Header,
    content: Content | None,
    contract: Contract,
    rules: tuple[Rule, ...],
) -> dict[str, int]:
    """Things that break each delivery rule that asks nothing of the declaration, by code."""
    received = content.received if content else 0
    rejected = content.rejects.height if content else 0
    bad = found.held + rejected
    # Exact: as a float, 0.29 of 100 rows is less than 29.
    tolerated = Decimal(str(contract.promise.max_bad_share)) * received
    notes = [note.partition(":")[0] for note in content.notes] if content else []
    return {
        "readable": int(content is None),
        **_about_columns(header, content),
        "share_of_sound_rows": int(bad > tolerated),
        "readable_rows": rejected,
        "encoding_as_declared": int(bool(OTHER_ENCODING.intersection(notes))),
        **{rule.code: found.rows for rule in rules if not rule.counts_rows and rule.limit},
    }


def about_declaration(
    found: Found, content: Content | None, manifest: Manifest, version_in_force: bool
) -> dict[str, int]:
    """Things that break each delivery rule about what was declared, by code."""
    other_rows = content is not None and manifest.rows not in (None, content.received)
    return {
        "contract_version": int(not version_in_force),
        "rows_as_declared": int(other_rows),
        # Most rows with a day have it outside the declared period.
        "declared_period": int(found.outside * 2 > found.dated),
    }


def _about_columns(header: Header, content: Content | None) -> dict[str, int]:
    # A document without records reports nothing, and has no column to miss.
    if content is None or not (content.columns or content.received):
        return {"columns_present": 0, "unknown_columns": 0}
    return {
        "columns_present": len(header.missing) + len(header.ambiguous),
        "unknown_columns": len(header.unknown),
    }


def judging_version(contract: Contract, manifest: Manifest | None) -> tuple[Contract, bool]:
    """The contract version that judges, and whether the declared version is one in force.

    Versions of one major number promise the same shape (semantic versioning).
    """
    if manifest is None:
        return contract, True
    judging = contract.judging(manifest.period_to, manifest.contract_version)
    if judging is None:
        return contract, False
    if manifest.contract_version == UNDECLARED:
        return judging, True
    declared = manifest.contract_version.split(".")[0]
    return judging, declared == judging.version.split(".")[0]
