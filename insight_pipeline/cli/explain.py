"""`insight explain` and `insight audit`: who is behind a figure, and who asked.

Belongs here: arguments, permission before answer, words and exit codes. Does not belong here: how
members are found (indicators/explain.py). Pseudonyms are shown to who may see them, and only after
the audit log has taken the line.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import click

from insight_pipeline.cli import permission
from insight_pipeline.cli.permission import Request, check_purpose, log_folder, wrong
from insight_pipeline.cli.table import text_table
from insight_pipeline.governance import audit
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.explain import Behind, Slice, explain
from insight_pipeline.kernel.errors import InsightError, nearest
from insight_pipeline.landing.receipt import read_receipts, received_stems
from insight_pipeline.settings import Settings, load_settings
from insight_pipeline.sql.engines.duckdb import connect
from insight_pipeline.sql.model import Model

ACTION = "explain"
SHOWN = (
    "citizen_id",
    "index_date",
    "is_met",
    "role",
    "provider_id",
    "service_code",
    "event_code",
    "event_from_date",
    "delivery_id",
    "file",
    "row_number",
)
# A figure as `insight figures` names it: hosp_falls_65/area/E05000012@2024-04-01.
FIGURE = re.compile(r"([a-z0-9_]+)(?:/([a-z_]{1,32})/([\w+-]{1,64}))?@(\d{4}-\d\d-\d\d)", re.ASCII)
LOG_COLUMNS = ("at", "user", "action", "purpose", "about", "outcome", "citizens")


@click.command(name="explain")
@click.argument("figure")
@click.option("--period", type=click.DateTime(["%Y-%m-%d"]), help="Its first day.")
@click.option("--by", help="area=CODE, provider=ID, sex=F, pathway=CODE …  [default: total]")
@click.option("--purpose", required=True, help="What for: a code of the vocabulary purpose.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def explain_command(
    figure: str, period: datetime | None, by: str | None, purpose: str, as_json: bool
) -> None:
    """List the citizens behind a figure under their pseudonyms, and where each comes from.

    FIGURE is one that `insight figures` names, or an indicator with --period and --by. Only for
    accounts with a grant in data_contracts/access.yaml; every attempt is logged. Exit code 1: not
    permitted, or no such figure.

    \b
    Examples:
      insight explain hosp_falls_65/area/E05900001@2024-04-01 --purpose outcome_monitoring
      insight explain INDICATOR --period 2024-04-01 --by sex=F --purpose outcome_monitoring
    """
    wanted = _wanted(figure, period.date() if period else None, by)
    settings = load_settings()
    catalogue = load_catalogue(settings)
    model = _indicator(wanted.indicator_id, catalogue, settings)
    check_purpose(purpose, catalogue)
    now = datetime.now(UTC)
    _permit(settings, purpose, wanted, now)
    with connect(settings, settings.warehouse, read_only=True) as connection:
        behind = explain(connection, model, wanted, _files(settings))
    permission.note(settings, Request(ACTION, purpose, str(wanted)), "shown", now, behind.citizens)
    click.echo(_as_json(behind) if as_json else _as_text(behind, wanted))


@click.command(name="audit")
def audit_command() -> None:
    """Show who looked behind figures, and check that the log is whole.

    Exit code 1: a line was altered, added or taken out.

    Example: insight audit
    """
    lines = audit.read(log_folder(load_settings()))
    rows = [[getattr(line, name) for name in LOG_COLUMNS] for line in lines]
    click.echo(text_table(LOG_COLUMNS, rows))
    click.echo(f"{len(lines):,} lines, chain whole.")


def _wanted(figure: str, period: date | None, by: str | None) -> Slice:
    """The line meant: a figure's name says all of it, an indicator's name needs the options."""
    if "@" not in figure:
        if period is None:
            raise click.UsageError("Missing option '--period', or name a figure: INDICATOR@DAY.")
        return Slice(figure, period, *_breakdown(by or "total"))
    if period is not None or by is not None:
        raise click.UsageError("the figure says its period and line: leave out --period and --by.")
    found = FIGURE.fullmatch(figure)
    try:
        day = date.fromisoformat(found[4]) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise click.UsageError("a figure is named as in hosp_falls_65/area/E05900001@2024-04-01.")
    return Slice(found[1], day, found[2] or "total", found[3] or "all")


def _indicator(name: str, catalogue: Catalogue, settings: Settings) -> Model:
    models = {m.name: m for m in catalogue.models if m.name in catalogue.indicators}
    if name not in models:
        where, known = f"insight explain {name}", f"one of {len(models)} indicators"
        raise InsightError([wrong(where, known, f"'{name}'", nearest(name, models))])
    if not settings.warehouse.exists():
        raise InsightError(
            [wrong(str(settings.warehouse), "a warehouse", "none yet", "run `insight nightly`")]
        )
    return models[name]


def _breakdown(by: str) -> tuple[str, str]:
    kind, _, value = by.partition("=")
    if not re.fullmatch(r"[a-z_]{1,32}(=[\w+-]{1,64})?", by, re.ASCII):
        form = "total, area=CODE, provider=ID, sex=F, age_band=65-74 or a kind as pathway=CODE"
        raise InsightError([wrong("--by", form, "another form", "give it in that form")])
    return kind, value or "all"


def _permit(settings: Settings, purpose: str, wanted: Slice, now: datetime) -> None:
    permission.permit(settings, Request(ACTION, purpose, str(wanted)), now)


def _files(settings: Settings) -> dict[str, str]:
    return {
        receipt.delivery_id: receipt.manifest.file
        for stem in received_stems(settings.landing)
        for receipt in read_receipts(settings.landing, stem)
    }


def _as_text(behind: Behind, wanted: Slice) -> str:
    rows = behind.members.select(SHOWN).rows()
    words = (
        f"{wanted}: {behind.numerator:,} of {behind.denominator:,}; "
        f"{behind.citizens:,} citizens, {len(rows):,} events. Not for publication."
    )
    return f"{text_table(SHOWN, rows)}\n{words}"


def _as_json(behind: Behind) -> str:
    members = behind.members.select(SHOWN).to_dicts()
    counts = {"numerator": behind.numerator, "denominator": behind.denominator}
    return json.dumps({**counts, "members": members}, default=str, indent=2)
