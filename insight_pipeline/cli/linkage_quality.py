"""`insight quality`: how good last night's linkage is, for whom, and how sure that is.

Belongs here: arguments and the tables people see. Does not belong here: any measure.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from insight_pipeline.cli.table import text_table
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.linkage.quality.chart import quality_chart
from insight_pipeline.linkage.quality.metadata import measured_nights, read_quality
from insight_pipeline.settings import load_settings

Row = dict[str, Any]
HEADER = ("measure", "of", "group", "estimate", "from", "to", "pairs", "by")
DIFFERENCE = "_difference"
MOST_NIGHTS = 20
SHARED = ("estimated_", "silver_", "labelled_")


@click.command(name="quality")
@click.option("--night", type=int, help="Show another night than the last.")
@click.option("--groups", is_flag=True, help="Show every group, not only those that differ.")
@click.option("--chart", type=click.Path(path_type=Path), help="Draw weights and sizes as SVG.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def quality_command(night: int | None, groups: bool, chart: Path | None, form: str) -> None:
    """Show how good linkage is: precision and recall, who fares worse, people by size, reviews."""
    rows = read_quality(load_settings().identity, night)
    if not rows:
        click.echo(_nothing(night), err=True)
        sys.exit(1)
    if chart is not None:
        with replacing_file(chart) as work:
            joins = [row["numerator"] for row in rows if row["measure"] == "join_weight"]
            pairs, people = _counts(rows, "pairs"), _counts(rows, "people")
            work.write_text(quality_chart(pairs, people, joins[0] if joins else None))
    if form == "json":
        click.echo(json.dumps(rows, indent=1, sort_keys=True))
        return
    for part in (_everyone(rows), _differing(rows, groups), _sizes(rows), _waiting(rows)):
        click.echo(part)
        click.echo()
    click.echo("Estimates rest on match weights, not on labels. docs/linkage-quality.md says more.")


def _nothing(night: int | None) -> str:
    """Why there is nothing to show, and which nights could be asked for."""
    nights = [] if night is None else measured_nights(load_settings().identity)
    if not nights:
        return "Nothing was measured yet: run `insight nightly`."
    shown = ", ".join(str(each) for each in nights[-MOST_NIGHTS:])
    earlier = len(nights) - MOST_NIGHTS
    more = f", and {earlier:,} earlier ones from {nights[0]} on" if earlier > 0 else ""
    return f"Night {night} was not measured; these were: {shown}{more}."


def _everyone(rows: list[Row]) -> str:
    lines = [_line(row) for row in rows if row["group_kind"] == "everyone" and _is_share(row)]
    return text_table(HEADER, lines)


def _differing(rows: list[Row], everything: bool) -> str:
    """Groups whose quality differs from everyone's beyond chance; or all groups."""
    if everything:
        shown = [r for r in rows if r["group_kind"] != "everyone" and _is_share(r)]
        return text_table(HEADER, [_line(row) for row in shown])
    flagged = [row for row in rows if _is_flagged(row)]
    if not flagged:
        return "No group differs from everyone beyond chance."
    note = "Groups that differ from everyone beyond chance (of so many, some do by chance alone):"
    return f"{note}\n{text_table(HEADER, [_line(row) for row in flagged])}"


def _is_share(row: Row) -> bool:
    measure = str(row["measure"])
    return measure.startswith(SHARED) and not measure.endswith(DIFFERENCE)


def _is_flagged(row: Row) -> bool:
    if not str(row["measure"]).endswith(DIFFERENCE) or row["lower"] is None:
        return False
    return bool(row["lower"] > 0 or row["upper"] < 0)


def _line(row: Row) -> tuple[object, ...]:
    signed = str(row["measure"]).endswith(DIFFERENCE)
    few = " (few)" if row["is_small"] else ""
    return (
        row["measure"].replace("_", " "),
        row["group_kind"].replace("_", " "),
        f"{row['group_value']}{few}",
        *(_percent(row[name], signed) for name in ("estimate", "lower", "upper")),
        round(row["denominator"]),
        row["method"],
    )


def _percent(share: float | None, signed: bool) -> str | None:
    if share is None:
        return None
    return f"{100 * share:+.2f}" if signed else f"{100 * share:.2f}"


def _counts(rows: list[Row], measure: str) -> dict[int, int]:
    return {int(r["group_value"]): int(r["numerator"]) for r in rows if r["measure"] == measure}


def _sizes(rows: list[Row]) -> str:
    sizes = sorted(_counts(rows, "people").items())
    return text_table(("records of one person", "people"), sizes)


def _waiting(rows: list[Row]) -> str:
    waiting = [int(row["numerator"]) for row in rows if row["measure"] == "backlog"]
    return f"Reviews waiting: {waiting[0]:,}" if waiting else "No review queue yet."
