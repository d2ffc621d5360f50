"""`insight revisions`: what became of published figures, and why.

Belongs here: arguments, and the tables people see. Does not belong here: any revision; all of it is
read from the newest release, which holds nothing that is withheld.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from insight_pipeline.cli.table import text_table
from insight_pipeline.kernel.errors import nearest
from insight_pipeline.publication.history import newest_release
from insight_pipeline.settings import Settings, load_settings
from insight_pipeline.sql.engines.duckdb import connect

Row = Mapping[str, Any]
HEADER = (
    *("indicator", "period from", "figure", "no", "release", "status", "reason"),
    *("before", "value", "difference", "mark"),
)
TOTAL = "total"

# First publications are no revisions: they are counted, not listed.
_REVISIONS = """
select *
from revision
where
    ($indicator is null or indicator_id = $indicator)
    and ($period is null or period_from = $period)
    and ($indicator is not null or breakdown_type = 'total')
    and reason_code <> 'first'
order by
    indicator_id, period_from, area_code, provider_id, breakdown_type, breakdown, revision_no
"""

_TRIANGLE = """
select *
from revision_triangle
where
    ($indicator is null or indicator_id = $indicator)
    and ($period is null or period_from = $period)
order by indicator_id, period_from, area_code, provider_id, release_no
"""


@click.command(name="revisions")
@click.argument("indicator", required=False)
@click.option("--period", type=click.DateTime(["%Y-%m-%d"]), help="Its first day.")
@click.option("--triangle", is_flag=True, help="First value against each later release.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def revisions_command(indicator: str | None, period: Any, triangle: bool, as_json: bool) -> None:
    """Show how published figures were revised: totals, or all figures of one INDICATOR.

    Example: insight revisions INDICATOR --triangle
    """
    settings = load_settings()
    newest = newest_release(settings.published)
    if newest is None:
        click.echo("Nothing is published yet: run `insight nightly`.", err=True)
        sys.exit(1)
    database = newest.path / "indicators.duckdb"
    asked = {"indicator": indicator, "period": period.date() if period else None}
    _check_indicator(database, indicator, settings)
    rows = _rows(database, _TRIANGLE if triangle else _REVISIONS, settings, asked)
    if as_json:
        click.echo(json.dumps(rows, indent=2, default=str))
    elif not rows:
        click.echo("No figure asked for was ever revised.")
    else:
        click.echo(_triangles(rows) if triangle else _listed(rows))


def _check_indicator(database: Path, indicator: str | None, settings: Settings) -> None:
    query = "select distinct indicator_id from revision order by 1"
    known = [row["indicator_id"] for row in _rows(database, query, settings)]
    if indicator is not None and indicator not in known:
        raise click.UsageError(f"no figure of '{indicator}'. {nearest(indicator, known)}")


def _rows(
    database: Path, query: str, settings: Settings, asked: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    with connect(settings, database, read_only=True) as connection:
        found = connection.execute(query, asked)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _listed(rows: Iterable[Row]) -> str:
    """One line a revision; below, what was declared about any of them."""
    rows = list(rows)
    lines = [
        (
            row["indicator_id"],
            row["period_from"],
            _figure(row),
            row["revision_no"],
            row["release"],
            row["status"],
            row["reason_code"],
            row["previous_value"],
            row["value"],
            _signed(row["difference"]),
            row["shorthand"],
        )
        for row in rows
    ]
    said = {(row["indicator_id"], row["explanation"]) for row in rows if row["explanation"]}
    notes = [f"{indicator}: {explanation}" for indicator, explanation in sorted(said)]
    return "\n".join([text_table(HEADER, lines), *notes])


def _figure(row: Row) -> str:
    kind = row["breakdown_type"]
    return TOTAL if kind == TOTAL else f"{kind}={row['breakdown']}"


def _triangles(rows: Iterable[Row]) -> str:
    """For each indicator a line a period and a column a release, as it was as-of that day."""
    groups = groupby(rows, key=lambda row: str(row["indicator_id"]))
    return "\n\n".join(f"{name}\n{_triangle(list(group))}" for name, group in groups)


def _triangle(rows: list[Row]) -> str:
    releases = sorted({(row["release_no"], row["as_of_date"]) for row in rows})
    header = [
        *("period from", "first"),
        *(f"{number}: {as_of}" for number, as_of in releases),
        *("latest", "latest - first"),
    ]
    lines = []
    for period, group in groupby(rows, key=lambda row: row["period_from"]):
        lines.append(_line(period, list(group), [number for number, _ in releases]))
    return text_table(header, lines)


def _line(period: date, cells: list[Row], releases: list[int]) -> list[object]:
    by_release = {cell["release_no"]: cell for cell in cells}
    values = [by_release[n]["value"] if n in by_release else None for n in releases]
    last = cells[-1]
    return [
        period,
        last["first_value"],
        *(
            "-" if n in by_release and v is None else v
            for n, v in zip(releases, values, strict=True)
        ),
        last["latest_value"],
        _signed(last["difference_from_first"]),
    ]


def _signed(number: Any) -> str | None:
    return None if number is None else f"{number:+}"
