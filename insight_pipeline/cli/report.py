"""What the command line says about deliveries and figures.

Belongs here: choosing and ordering what is shown. Does not belong here: printing it (main.py).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from insight_pipeline.cli.table import text_table
from insight_pipeline.contracts.standing.accounts import Account, read_accounts
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect

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
FIGURE_HEADER = ("indicator", "period", "value", "95 % interval", "per", "n", "of", "mark")
# One line per indicator: the borough's total of the latest period that can be shown.
LATEST_TOTALS = """
    select
        title, period_from, period_to, value, lower95, upper95, multiplier, numerator, denominator,
        shorthand
    from figure
    where breakdown_type = 'total'
    qualify row_number() over (
        partition by indicator_id
        order by value is not null desc, is_not_mature, period_to desc
    ) = 1
    order by title
"""


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


def figure_table(database: Path, settings: Settings) -> str:
    """The latest published total of every indicator, with its interval."""
    with connect(settings, database, read_only=True) as connection:
        rows = connection.execute(LATEST_TOTALS).fetchall()
    return text_table(FIGURE_HEADER, [_figure_row(*row) for row in rows])


def _figure_row(
    title: str,
    period_from: object,
    period_to: object,
    value: object,
    lower: object,
    upper: object,
    multiplier: int,
    numerator: object,
    denominator: object,
    mark: str | None,
) -> tuple[object, ...]:
    interval = "" if value is None else f"{lower} to {upper}"
    period = f"{period_from} to {period_to}"
    return title, period, value, interval, multiplier, numerator, denominator, mark
