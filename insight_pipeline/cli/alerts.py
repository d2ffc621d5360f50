"""`insight alerts`: what early warning has raised, with the numbers behind it.

Belongs here: arguments, exit codes and the table people see. Does not belong here: any rule. It
reads the warehouse and so is for those who manage contracts; the public sees alerts without counts.
"""

from __future__ import annotations

import json
import sys

import click
import polars as pl

from insight_pipeline.cli.table import text_table
from insight_pipeline.indicators.early_warning.alerts import ALERT
from insight_pipeline.kernel.errors import nearest
from insight_pipeline.settings import Settings, load_settings
from insight_pipeline.sql.engines.duckdb import connect, kind_of

HEADER = ("service", "provider", "rule", "opened", "closed", "owner", "clause", "evidence")
_ALERTS = f"""
select
    service_code,
    provider_id,
    rule_code,
    title,
    opened_month,
    closed_month,
    since_month,
    tolerance,
    owner,
    clause_topic,
    clause,
    evidence,
    words,
    false_alarm_rate
from {ALERT}
order by closed_month is not null, opened_month desc, service_code, provider_id, rule_code
"""


@click.command(name="alerts")
@click.option("--open", "only_open", is_flag=True, help="Only those that have not closed.")
@click.option("--provider", metavar="ID", help="Only those of one provider.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def alerts_command(provider: str | None, *, only_open: bool, as_json: bool) -> None:
    """Show the alerts of early warning with their evidence: internal, it holds counts.

    Exit codes: 0 no alert shown is open, 1 one is, or there is no night yet, 2 wrong usage.

    \b
    Examples:
      insight alerts --open
      insight alerts --provider PROVIDER_ID --json
    """
    found = _read(load_settings())
    if found is None:
        click.echo("There are no alerts yet: run `insight nightly`.", err=True)
        sys.exit(1)
    alerts, known = found
    if provider is not None:
        if provider not in known:
            raise click.UsageError(f"no provider '{provider}'. {nearest(provider, known)}")
        alerts = alerts.filter(pl.col("provider_id") == provider)
    if only_open:
        alerts = alerts.filter(pl.col("closed_month").is_null())
    click.echo(_as_json(alerts) if as_json else _words(alerts))
    if alerts["closed_month"].null_count():
        sys.exit(1)


def _read(settings: Settings) -> tuple[pl.DataFrame, list[str]] | None:
    """Every alert, and the providers there are; None before the first night."""
    if not settings.warehouse.is_file():
        return None
    with connect(settings, settings.warehouse, read_only=True) as connection:
        if kind_of(connection, ALERT) is None:
            return None
        alerts = pl.DataFrame(connection.sql(_ALERTS).to_arrow_table())
        names = "select provider_id from reference.provider order by all"
        return alerts, [name for (name,) in connection.execute(names).fetchall()]


def _as_json(alerts: pl.DataFrame) -> str:
    return json.dumps(alerts.to_dicts(), indent=2, default=str, ensure_ascii=False)


def _words(alerts: pl.DataFrame) -> str:
    if alerts.is_empty():
        return "No alert."
    rows = [
        (
            row["service_code"],
            row["provider_id"],
            row["rule_code"],
            f"{row['opened_month']:%Y-%m}",
            f"{row['closed_month']:%Y-%m}" if row["closed_month"] else "open",
            row["owner"],
            row["clause"],
            row["evidence"],
        )
        for row in alerts.iter_rows(named=True)
    ]
    ending = "Internal: evidence holds counts. Dated by the month whose data raised it."
    return f"{text_table(HEADER, rows)}\n{ending}"
