"""`insight link`: any person table linked by itself, and held against the truth where it is known.

Belongs here: arguments and exit codes of this command. Does not belong here: linking, or the words
of its answer (link_report).
Exit codes: 0 linked, 1 the table cannot be linked, 2 wrong usage (an unknown field or column).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from insight_pipeline.cli.stopping import stopping_cleanly
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.lock import hold
from insight_pipeline.linkage.standalone.home import open_home
from insight_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    import polars as pl

Result = TypeVar("Result")
USAGE = 2
PREFIX = "insight-link-"
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
SUFFIXES = (".csv", ".parquet")


@click.command(name="link")
@click.argument("file", type=FILE)
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="What a column is.")
@click.option("--record-id", metavar="COLUMN", help="Names the records (else row numbers do).")
@click.option("--date-format", metavar="PATTERN", help="How dates are written, as %d/%m/%Y.")
@click.option("--out", type=OUTPUT, help="Where the clusters go: a .csv or .parquet file.")
@click.option("--evaluate", "truth", metavar="COLUMN", help="Whose each record truly is.")
@click.option("--by", multiple=True, metavar="COLUMN", help="Evaluate each of its values, too.")
@click.option("--home", type=FOLDER, help="Keep store and model here, and ids from run to run.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def link_command(
    file: Path,
    maps: tuple[str, ...],
    record_id: str | None,
    date_format: str | None,
    out: Path | None,
    truth: str | None,
    by: tuple[str, ...],
    home: Path | None,
    form: str,
) -> None:
    """Find which rows of a table are one person: columns are mapped, nothing is tuned.

    Without --map the columns are guessed by their names, and the guess is shown. Columns joined by
    + make one value; a field mapped twice has two values; an identifier names who issued it, as
    in --map trusted_id.nhs_number=NHS.

    Example: insight link people.csv --map given_name=first_name --map family_name=surname
    --map birth_date=dob --record-id person_no --out linked.csv
    """
    _refuse_usage(file, out, truth, by)
    _refuse_unwritable(out)
    _progress("Reading the file…")
    # Importing the linker takes seconds: only for this command.
    from insight_pipeline.cli.link_report import report
    from insight_pipeline.linkage.standalone import dates, run, table
    from insight_pipeline.linkage.standalone import truth as labels

    _or_usage(lambda: dates.refuse_unusable_format(date_format))
    with stopping_cleanly(), _workplace(home) as (settings, folder):
        people = table.read_table(file, folder)
        chosen = _or_usage(lambda: run.plan(people, maps, record_id))
        _refuse_nameless(home, chosen.record_id)
        _or_usage(lambda: labels.known(people, truth, by))
        _or_usage(lambda: labels.refuse_facts(chosen, by))
        _say_plan(chosen.mapping.options, chosen.record_id, chosen.unused)
        linked = run.link_table(people, chosen, date_format, settings, _progress)
        measured = labels.evaluate_table(people, linked.records, truth, by, settings)
    if out:
        _write(linked.records, out)
    click.echo(report(linked, measured, form))


def _refuse_usage(file: Path, out: Path | None, truth: str | None, by: tuple[str, ...]) -> None:
    if not out and not truth:
        raise click.UsageError(
            "nothing would come of it: pass --out FILE, --evaluate COLUMN or both"
        )
    if by and not truth:
        raise click.UsageError("--by breaks down what --evaluate measures: pass that as well")
    if out and out.suffix.lower() not in SUFFIXES:
        raise click.BadParameter(
            f"its name must end with {' or '.join(SUFFIXES)}", param_hint="--out"
        )
    if out and not out.parent.is_dir():
        raise click.BadParameter("its folder does not exist", param_hint="--out")
    if out and out.exists() and out.samefile(file):
        raise click.BadParameter("it is the file to link itself", param_hint="--out")


def _refuse_unwritable(out: Path | None) -> None:
    """Found out now and not when all is linked: an OSError that names the file asked for."""
    if out is None:
        return
    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f"{out.name}."):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out)) from None


def _refuse_nameless(home: Path | None, record_id: str | None) -> None:
    """A row's number names another person once a row is added, and ids would go over to them."""
    if home and not record_id:
        raise click.UsageError("--home needs --record-id: row numbers name nobody from run to run")


@contextmanager
def _workplace(home: Path | None) -> Iterator[tuple[Settings, Path]]:
    """Settings of a home, and a folder for the table in clear that is gone afterwards.

    In a home that is kept the folder is inside it, so that the next run clears up after a killed
    one; without one, the home is in the folder.
    """
    if home is None:
        with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
            settings = replace(load_settings(), home=(Path(folder) / "home").resolve())
            hold(settings.home, settings.temporary)
            yield settings, Path(folder)
        return
    settings = replace(load_settings(), home=home.resolve())
    open_home(settings.home)
    hold(settings.home, settings.temporary)
    settings.temporary.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.temporary, prefix=PREFIX) as folder:
        yield settings, Path(folder)


def _or_usage(work: Callable[[], Result]) -> Result:
    """What names a field or a column that does not exist is wrong usage."""
    try:
        return work()
    except InsightError as error:
        click.echo(str(error), err=True)
        sys.exit(USAGE)


def _say_plan(options: list[str], record_id: str | None, unused: tuple[str, ...]) -> None:
    """Never silent about what was used: the words can be given back as they are."""
    for option in options:
        click.echo(f"  --map {option}", err=True)
    click.echo(f"  --record-id {record_id}" if record_id else "  records named by row", err=True)
    if unused:
        click.echo(f"  not used: {', '.join(unused)}", err=True)


def _write(records: pl.DataFrame, out: Path) -> None:
    with replacing_file(out) as work:
        if out.suffix.lower() == ".csv":
            records.write_csv(work)
        else:
            records.write_parquet(work)


def _progress(line: str) -> None:
    click.echo(line, err=True)
