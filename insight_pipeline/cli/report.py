"""What the command line says about deliveries.

Belongs here: choosing and ordering what is shown. Does not belong here: figures
(figure_table.py), or printing (main.py).
"""

from __future__ import annotations

from collections.abc import Collection

from insight_pipeline.cli.table import text_table
from insight_pipeline.contracts.standing.accounts import Account, read_accounts
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.settings import Settings

DELIVERY_HEADER = (
    "delivery",
    "feed",
    "period to",
    "outcome",
    "received",
    "accepted",
    "quarantined",
    "superseded",
    "rejected",
    "why refused",
    "notices",
)


def accounts(catalogue: Catalogue, settings: Settings) -> list[Account]:
    """Every delivery's account, by feed and declared submission."""
    known = [read_accounts(settings, contract.stem) for contract in catalogue.contracts]
    return [account for feed in known if feed for account in feed.deliveries]


def delivery_table(deliveries: Collection[Account]) -> str:
    """One line a delivery, and a last line that adds them up."""
    rows: list[tuple[object, ...]] = [
        (
            a.delivery_id[:8],
            a.stem,
            a.period_to.isoformat(),
            a.outcome,
            a.received,
            a.accepted,
            a.quarantined,
            a.superseded,
            a.rejected,
            ", ".join(a.reasons),
            ", ".join(a.notices),
        )
        for a in deliveries
    ]
    names = ("received", "accepted", "quarantined", "superseded", "rejected")
    totals = [sum(getattr(account, name) for account in deliveries) for name in names]
    rows.append(("total", f"{len(deliveries)} deliveries", "", "", *totals, "", ""))
    return text_table(DELIVERY_HEADER, rows)
