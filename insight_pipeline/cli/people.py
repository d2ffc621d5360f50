"""`insight people`: what became of a citizen id, who a record was, what changed, and how much.

Belongs here: arguments, words and exit codes. Does not belong here: the ledger (linkage), or any
fact about a person: ids and counts are shown, a record's own id only to who asked by it.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NoReturn

import click
import duckdb

from insight_pipeline.cli.table import text_table
from insight_pipeline.linkage.ledger.announcing import change_feed
from insight_pipeline.linkage.ledger.churn import read_churn, read_nights
from insight_pipeline.linkage.ledger.history import key_events, key_of, night_of, records_of
from insight_pipeline.linkage.ledger.redirects import resolve
from insight_pipeline.linkage.policy import load_linkage_policy
from insight_pipeline.settings import load_settings

FORMATS = ("table", "csv", "json")


@click.group(name="people")
def people_command() -> None:
    """Follow citizen ids through time. Exit code 1: an id, record or night is not known."""


@people_command.command(name="resolve")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
def resolve_command(keys: tuple[str, ...]) -> None:
    """Show what ids given at any time lead to today: merges are followed to their end.

    An id nobody bears any more is retired, which is an answer. Exit code 1 if one was never given.

    Example: insight people resolve 1f0c8a66e7d24b0995a3c1d2 9be41c07d35f6a8820b7e4f1
    """
    with _ledger() as con:
        rows = resolve(con, keys).fetchall()
    click.echo(text_table(("id", "leads to", "state"), rows))
    sys.exit(int(any(state == "unknown" for _, _, state in rows)))


@people_command.command(name="history")
@click.argument("key", metavar="KEY")
def history_command(key: str) -> None:
    """Show everything that happened to an id, each event with its cause and evidence.

    Example: insight people history 1f0c8a66e7d24b0995a3c1d2
    """
    with _ledger() as con:
        ((_, resolved, state),) = resolve(con, [key]).fetchall()
        events = key_events(con, key).fetchall()
        records = records_of(con, key, _last_night(con))
    if state == "unknown":
        _stop(f"No such id was ever given: {key}.")
    header = ("night", "day", "event", "id", "other id", "cause", "records", "mean bits", "said by")
    click.echo(text_table(header, [_event(row) for row in events]))
    click.echo(f"Today: {state}, {records:,} records" + _leading(key, resolved))


@people_command.command(name="as-of")
@click.option("--night", type=click.IntRange(min=1), help="After this night.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="On this day.")
@click.option("--record", metavar="ID", help="Who was this record?")
@click.option("--key", metavar="KEY", help="How many records bore this id?")
def as_of_command(
    night: int | None, day: datetime | None, record: str | None, key: str | None
) -> None:
    """Show who a record was, or how many records bore an id, after a night in the past.

    Example: insight people as-of --date 2025-03-31 --record library:10442
    """
    if (night is None) == (day is None) or (record is None) == (key is None):
        raise click.UsageError("give one of --night and --date, and one of --record and --key")
    with _ledger() as con:
        chosen = _night(con, night, day)
        found = key if record is None else key_of(con, record, chosen)
        if found is None:
            _stop(f"There was no such record after night {chosen}.")
        records = records_of(con, found, chosen)
        ((_, resolved, state),) = resolve(con, [found]).fetchall()
    if not records:
        _stop(f"Nobody bore this id after night {chosen}: it is {state} today.")
    click.echo(f"After night {chosen}: {found}, {records:,} records")
    click.echo(f"Today: {state}" + _leading(found, resolved))


@people_command.command(name="changes")
@click.option("--since", required=True, type=click.IntRange(min=0), help="Last night you read.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
def changes_command(since: int, form: str) -> None:
    """Show what was announced after a night: the feed for everybody who keeps our ids.

    Changes that are not clear yet are not in it (docs/ledger.md): they may still be undone.

    Example: insight people changes --since 41 --format csv
    """
    with _ledger() as con:
        feed = change_feed(con, since)
        columns, rows = feed.columns, feed.fetchall()
    click.echo(_rendered(columns, rows, form), nl=form == "table")


@people_command.command(name="churn")
@click.option("--nights", default=14, show_default=True, type=click.IntRange(min=1), help="Last.")
def churn_command(nights: int) -> None:
    """Show how many people got another id each night, and why.

    Exit code 1 if the last night changed more than data_contracts/linkage.yaml allows.

    Example: insight people churn --nights 30
    """
    policy = load_linkage_policy(load_settings().contracts / "linkage.yaml")
    with _ledger() as con:
        rows = read_nights(con, nights)
        last = read_churn(con)
    header = ("night", "day", "cause", "records", "changed", "%", "people", "changed", "%")
    click.echo(text_table(header, [_share(row) for row in rows]))
    over = last is not None and last.over_limit(policy)
    limit = f"{policy.churn_limit_percent:g} % a night"
    click.echo(f"{'Over' if over else 'Within'} the limit of {limit} on the last night.")
    sys.exit(int(over))


@contextmanager
def _ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    store = load_settings().identity
    if not store.exists():
        _stop("There are no people yet: run `insight nightly`.")
    with duckdb.connect(str(store), read_only=True) as con:
        if not con.execute("from duckdb_tables() where table_name = 'churn'").fetchall():
            _stop("The store was written before the ledger was kept: run `insight nightly`.")
        yield con


def _stop(words: str) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(1)


def _last_night(con: duckdb.DuckDBPyConnection) -> int:
    last = read_churn(con)
    return last.night if last else 0


def _night(con: duckdb.DuckDBPyConnection, night: int | None, day: datetime | None) -> int:
    chosen = night if day is None else night_of(con, day.date())
    if chosen is None:
        _stop("Nothing was linked by then.")
    if chosen > _last_night(con):
        _stop(f"Night {chosen} is yet to come: the last was {_last_night(con)}.")
    return chosen


def _leading(key: str, resolved: str | None) -> str:
    return "" if resolved in (None, key) else f", stood for by {resolved}"


def _event(row: Sequence[Any]) -> tuple[object, ...]:
    evidence = json.loads(row[6])
    said = [*(evidence["vetoes"] or []), *(evidence["decisions"] or [])]
    bits = evidence["mean_bits"]
    shown = None if bits is None else f"{bits:.1f}"
    return (*row[:6], evidence["records_moved"], shown, ", ".join(said))


def _share(row: Sequence[Any]) -> tuple[object, ...]:
    night, day, cause, records, changed, people, moved = row
    return (
        night,
        day,
        cause,
        records,
        changed,
        f"{100 * changed / records:.2f}" if records else None,
        people,
        moved,
        f"{100 * moved / people:.2f}" if people else None,
    )


def _rendered(columns: Sequence[str], rows: Sequence[Sequence[Any]], form: str) -> str:
    if form == "table":
        return text_table([name.replace("_", " ") for name in columns], rows)
    if form == "json":
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        return json.dumps(found, default=date.isoformat, indent=2) + "\n"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([columns, *rows])
    return text.getvalue()
