"""What the UI shows of a feed: rows in and out, what broke, pictures of its arrivals and columns.

Belongs here: from a feed's accounts and verdicts to metadata. Does not belong here: checks
(feed_checks.py), or the assets (contracts.py).
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from insight_pipeline.contracts.feed import FeedResult
from insight_pipeline.contracts.feedback.page import INDEX_NAME
from insight_pipeline.contracts.service_levels.due import due_months, last_known_day
from insight_pipeline.contracts.service_levels.volume import volumes
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.defs.charts import charts
from insight_pipeline.defs.describe import BROKEN, link, markdown_table, state_word
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.operations.charts.arrivals import feed_arrivals
from insight_pipeline.operations.charts.filling import filling
from insight_pipeline.operations.charts.picture import Picture
from insight_pipeline.operations.charts.rows import rows_received
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.services import last_days


def feed_metadata(result: FeedResult, catalogue: Catalogue, settings: Settings) -> dict[str, Any]:
    accounts = result.accounts.deliveries
    columns = ("received", "accepted", "quarantined", "superseded", "rejected")
    totals = {f"rows_{name}": sum(getattr(a, name) for a in accounts) for name in columns}
    provider = result.contract.promise.provider
    return {
        **totals,
        "fingerprint": result.accounts.fingerprint[:12],
        "feedback_page": link(settings.outbox / provider / INDEX_NAME),
        **charts(lambda: _pictures(result, catalogue, settings)),
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


def _pictures(result: FeedResult, catalogue: Catalogue, settings: Settings) -> list[Picture | None]:
    contract, accounts = result.contract, result.accounts.deliveries
    last_day = last_days(catalogue.services).get(contract.promise.provider, date.max)
    months = due_months(contract, accounts, _today(catalogue, settings), last_day)
    return [
        feed_arrivals(contract, months),
        rows_received(volumes(accounts), accounts),
        filling(contract, result.verdicts),
    ]


def _today(catalogue: Catalogue, settings: Settings) -> date:
    """The day all feeds reach as they stand now; the scorecard, made later, knows them all."""
    known = (read_accounts(settings, contract.stem) for contract in catalogue.contracts)
    return last_known_day(account for one in known if one for account in one.deliveries)
