"""`insight scorecard`: how each provider keeps what it promised, month by month.

Belongs here: arguments and the table people see. Does not belong here: any measure.
"""

from __future__ import annotations

import sys
from decimal import Decimal

import click
import polars as pl

from insight_pipeline.cli.table import text_table
from insight_pipeline.contracts.service_levels.store import read_scorecard, scorecard_path
from insight_pipeline.kernel.errors import nearest
from insight_pipeline.settings import load_settings

HEADER = (
    "provider",
    "dataset",
    "month",
    "due",
    "received",
    "on time",
    "worst late",
    "complete",
    "valid",
    "rejected",
    "repeated",
    "linkable",
    "mended after",
    "SLA",
)


@click.command(name="scorecard")
@click.option("--provider", help="Show one provider's lines, by dataset.")
def scorecard_command(provider: str | None) -> None:
    """Show how each provider keeps its promises: one line a provider and month."""
    settings = load_settings()
    if not scorecard_path(settings).exists():
        click.echo("There is no scorecard yet: run `insight nightly`.", err=True)
        sys.exit(1)
    card = read_scorecard(settings)
    if provider is None:
        lines = card.filter(pl.col("stem").is_null())
    else:
        known = card["provider_id"].unique().sort().to_list()
        if provider not in known:
            raise click.UsageError(f"no deliveries of '{provider}'. {nearest(provider, known)}")
        lines = card.filter(pl.col("provider_id") == provider)
    click.echo(text_table(HEADER, [_line(row) for row in lines.iter_rows(named=True)]))
    click.echo("Late and mended in days. SLA: kept, or what was not. docs/scorecard.md says more.")


def _line(row: dict[str, object]) -> tuple[object, ...]:
    stem = row["stem"]
    return (
        row["provider_id"],
        "all" if stem is None else str(stem).partition("__")[2],
        f"{row['period_month']:%Y-%m}",
        row["deliveries_expected"],
        row["deliveries_received"],
        _percent(row["on_time_share"]),
        row["worst_late_days"],
        _percent(row["completeness"]),
        _percent(row["validity"]),
        _percent(row["rejected_share"]),
        _percent(row["duplicates_share"]),
        _percent(row["linkability"]),
        row["correction_days"],
        _kept(row["is_frequency_kept"], row["is_latency_kept"]),
    )


def _percent(share: object) -> str | None:
    return f"{share:.1%}" if isinstance(share, Decimal) else None


def _kept(frequency: object, latency: object) -> str | None:
    if frequency is None and latency is None:
        return None
    broken = [word for word, kept in (("missing", frequency), ("late", latency)) if kept is False]
    return ", ".join(broken) or "kept"
