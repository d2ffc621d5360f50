"""The scorecard asset: how each provider keeps what it promised, month by month."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from insight_pipeline.contracts.service_levels.scorecard import COLUMNS
from insight_pipeline.contracts.service_levels.store import (
    RELATION,
    Scorecard,
    bring_scorecard_up_to_date,
)
from insight_pipeline.contracts.staging import accepted_relation, read_feed
from insight_pipeline.defs.charts import charts
from insight_pipeline.defs.cost import costed
from insight_pipeline.defs.describe import TEAM, key_of, markdown_table, state_word
from insight_pipeline.defs.guard import guarded
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.operations.charts.arrivals import all_arrivals
from insight_pipeline.operations.charts.bars import Bar, bars
from insight_pipeline.operations.charts.picture import Picture, picture
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.services import last_days

EVIDENCE = "person_evidence"
SHOWN = (
    "deliveries_expected",
    "deliveries_received",
    "on_time_share",
    "worst_late_days",
    "completeness",
    "validity",
    "duplicates_share",
    "linkability",
    "correction_days",
)
DRAWN = ("completeness", "validity")


def service_level_assets(catalogue: Catalogue, settings: Settings) -> list[dg.AssetsDefinition]:
    evidence = [contract for contract in catalogue.internal if contract.stem == EVIDENCE]
    accepted = [accepted_relation(contract) for contract in catalogue.contracts]

    @dg.asset(
        key=key_of(RELATION),
        deps=[key_of(relation) for relation in (*accepted, *(f"feeds.{c.stem}" for c in evidence))],
        description="Per provider, dataset and month: deliveries due and received, timeliness, "
        "completeness, validity, duplicates, linkability and correction time, against the SLA.",
        group_name="contracts",
        kinds={"parquet"},
        owners=[TEAM],
        metadata={"dagster/column_schema": dg.TableSchema([_column(*c) for c in COLUMNS.items()])},
    )
    @costed
    def scorecard(context: dg.AssetExecutionContext) -> Iterator[object]:
        with guarded(settings):
            made = bring_scorecard_up_to_date(
                catalogue.contracts,
                read_feed(evidence[0], settings) if evidence else None,
                last_days(catalogue.services),
                settings,
            )
            context.log.info(f"{made.frame.height:,} lines, {state_word(made.unchanged)}")
            yield dg.MaterializeResult(metadata=_metadata(made))

    return [scorecard]


def _column(name: str, kind: str) -> dg.TableColumn:
    return dg.TableColumn(name, kind)


def _metadata(made: Scorecard) -> dict[str, Any]:
    """Each provider's latest month, as a table and as bars, below the arrivals of all feeds."""
    latest = (
        made.frame.filter(pl.col("stem").is_null() & (pl.col("deliveries_expected") > 0))
        .sort("provider_id", "period_month")
        .group_by("provider_id", maintain_order=True)
        .last()
    )
    header = ("provider_id", "period_month", *SHOWN)
    rows = [
        ["" if cell is None else cell for cell in row] for row in latest.select(header).iter_rows()
    ]
    return {
        "dagster/row_count": made.frame.height,
        "state": state_word(made.unchanged),
        "latest_month": markdown_table(header, rows),
        **charts(lambda: [all_arrivals(made.frame), *_shares(latest)]),
    }


def _shares(latest: pl.DataFrame) -> Iterator[Picture]:
    """One bar a provider."""
    for name in DRAWN:
        found = [
            Bar(provider, float(share))
            for provider, share in latest.select("provider_id", name).iter_rows()
            if share is not None
        ]
        least = min(found, key=lambda bar: bar.share, default=None)
        lowest = f"Lowest: {least.name}, {least.share:.1%}." if least else "Nothing was measured."
        yield picture(f"{name.capitalize()}, latest month of each provider", lowest, bars(found))
