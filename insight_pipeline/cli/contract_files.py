"""`insight contracts …`: the files that are made from a contract, and the draft of a new one.

Belongs here: arguments and words. Does not belong here: making the files (contracts/authoring).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from insight_pipeline.contracts.promise.contract import InternalProperties
from insight_pipeline.contracts.promise.odcs import load_contracts
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from insight_pipeline.contracts.authoring.products import Workshop

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
SAMPLE_ROWS = 50
# What a new dataset may feed, the most common first.
FEEDS = ("person_evidence", "service_event")


def _workshop(name: str, settings: Settings) -> Workshop:
    # Judging needs engines that take long to import: not for the other commands.
    from insight_pipeline.contracts.authoring.products import Workshop
    from insight_pipeline.contracts.offline import find_contract, load_law

    contract, law = load_law(find_contract(name, settings), settings)
    return Workshop(contract, law, settings)


@click.command()
@click.argument("name")
@click.option("--out", type=FOLDER, required=True, help="Folder to write the page into.")
def guide(name: str, out: Path) -> None:
    """Write the provider guide: one page with columns, codes, rules and how to send a file."""
    click.echo(str(_workshop(name, load_settings()).guide(out)))


@click.command()
@click.argument("name")
@click.option("--out", type=FILE, required=True, help="A file that ends in .csv or .xlsx.")
def template(name: str, out: Path) -> None:
    """Write an empty file to fill in; a workbook has notes and code lists on a second sheet."""
    _workshop(name, load_settings()).template(out)
    click.echo(str(out))


@click.command()
@click.argument("name")
@click.option("--rows", type=click.IntRange(min=1), default=SAMPLE_ROWS, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same rows.")
@click.option("--out", type=FILE, required=True, help="File, in the contract's own format.")
@click.option("--broken", is_flag=True, help="Add rows that break every rule at least once.")
def sample(name: str, rows: int, seed: int, out: Path, broken: bool) -> None:
    """Write a file of invented rows that keeps the contract, of nobody.

    With --broken, it says which rule is broken on which line.
    """
    workshop = _workshop(name, load_settings())
    if not broken:
        workshop.sample(out, rows, seed)
        click.echo(str(out))
        return
    lines, unbroken = workshop.broken_sample(out, rows, seed)
    for line, codes in lines.items():
        click.echo(f"line {line}: {', '.join(codes)}")
    if unbroken:
        click.echo(f"No row was found that breaks {', '.join(unbroken)}.", err=True)


@click.command()
@click.argument("name")
@click.option("--out", type=FILE, help="File; the project's staging folder without it.")
def skeleton(name: str, out: Path | None) -> None:
    """Write the staging SQL to begin with; what it cannot know says TODO."""
    from insight_pipeline.contracts.authoring.skeleton import skeleton as text_of

    settings = load_settings()
    contract = _workshop(name, settings).contract
    internal = {
        each.stem: each
        for each in load_contracts(settings.contracts / "internal", InternalProperties)
    }
    path = out or settings.sql / "staging" / f"stg_{contract.stem}.sql"
    if path.exists():
        raise InsightError([_exists(path)])
    text = text_of(contract, [internal[feed] for feed in FEEDS if feed in internal])
    path.write_text(text, encoding="utf-8")
    click.echo(f"{path}\nAnswer every TODO in it, then: insight contracts check")


@click.command()
@click.option(
    "--from",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A sample file of the provider.",
)
@click.option("--provider", required=True, help="Short name of the provider, in small letters.")
@click.option("--dataset", required=True, help="Short name of the dataset, in small letters.")
@click.option("--out", type=FOLDER, help="Folder; the project's contracts without it.")
@click.option("--sheet", help="Sheet of a workbook, if not the first.")
@click.option("--header-row", type=click.IntRange(min=1), help="Row of the header, if not 1.")
@click.option("--record", help="Element (XML) or key (JSON) that holds the records.")
def new(
    source: Path,
    provider: str,
    dataset: str,
    out: Path | None,
    sheet: str | None,
    header_row: int | None,
    record: str | None,
) -> None:
    """Draft a contract from a sample file; what it cannot know is a question for you.

    No value of the sample is written, but for short lists of codes that you are asked to confirm.
    """
    from insight_pipeline.contracts.authoring.start import begin
    from insight_pipeline.contracts.judging.law import Law
    from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
    from insight_pipeline.sql.model import load_macros

    settings = load_settings()
    given = {"sheet": sheet, "header_row": header_row, "record": record}
    law = Law(
        load_vocabularies(settings.contracts / "vocabularies"),
        load_macros(settings.sql / "functions"),
    )
    options = {name: value for name, value in given.items() if value is not None}
    begun = begin(source, provider, dataset, options, law, settings, out)
    for path in (begun.contract, *begun.lists):
        click.echo(str(path))
    click.echo(
        f"{begun.columns} columns, {begun.questions} questions open. Answer each TODO, then: "
        f"insight contracts check {provider}__{dataset}"
    )


def _exists(path: Path) -> Fault:
    return Fault(
        where=str(path),
        expected="no file of that name yet",
        found="one",
        consequence="nothing is written",
        next_step="change the file there, or give --out another name",
    )
