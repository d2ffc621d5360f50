"""The scorecard asset: how each provider keeps what it promised, month by month."""

import base64
from html import escape

import dagster as dg
import polars as pl

from insight_pipeline.contracts.service_levels.scorecard import COLUMNS
from insight_pipeline.contracts.service_levels.store import (
    RELATION,
    Scorecard,
    bring_scorecard_up_to_date,
)
from insight_pipeline.contracts.staging import accepted_relation, read_feed
from insight_pipeline.defs.describe import TEAM, key_of, markdown_table, state_word
from insight_pipeline.defs.guard import guarded
from insight_pipeline.indicators.catalogue import Catalogue
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
BAR_WIDTH, BAR_HEIGHT, LABEL_WIDTH = 240, 18, 130


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
    def scorecard(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        with guarded(settings):
            made = bring_scorecard_up_to_date(
                catalogue.contracts,
                read_feed(evidence[0], settings) if evidence else None,
                last_days(catalogue.services),
                settings,
            )
            context.log.info(f"{made.frame.height:,} lines, {state_word(made.unchanged)}")
            return dg.MaterializeResult(metadata=_metadata(made))

    return [scorecard]


def _column(name: str, kind: str) -> dg.TableColumn:
    return dg.TableColumn(name, kind)


def _metadata(made: Scorecard) -> dict[str, dg.MetadataValue | int | str]:
    """Each provider's latest month, as a table and as bars of how valid it was."""
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
        "validity_of_latest_month": dg.MetadataValue.md(_chart(latest, "validity")),
    }


def _chart(latest: pl.DataFrame, share: str) -> str:
    """One bar a provider, as an SVG image inside the text: the UI needs no file for it."""
    bars = [
        _bar(place, provider, float(value or 0))
        for place, (provider, value) in enumerate(latest.select("provider_id", share).iter_rows())
    ]
    height = BAR_HEIGHT * max(len(bars), 1)
    width = LABEL_WIDTH + BAR_WIDTH + 50
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12">{"".join(bars)}</svg>'
    )
    coded = base64.b64encode(svg.encode()).decode()
    return f"![{share} by provider](data:image/svg+xml;base64,{coded})"


def _bar(place: int, provider: str, value: float) -> str:
    top, length = place * BAR_HEIGHT, round(value * BAR_WIDTH)
    return (
        f'<text x="0" y="{top + 13}">{escape(provider)}</text>'
        f'<rect x="{LABEL_WIDTH}" y="{top + 3}" width="{length}" height="12" fill="#3b6ea5"/>'
        f'<text x="{LABEL_WIDTH + length + 6}" y="{top + 13}">{value:.1%}</text>'
    )
