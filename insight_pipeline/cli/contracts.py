"""`insight contracts`: what is promised, whether it can be used, and what a change of it touches.

Belongs here: arguments, words and exit codes. Does not belong here: any work, or the files a
contract generates (contract_files.py) or the comparison of two (contract_diff.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import click

from insight_pipeline.cli.contract_diff import diff_command
from insight_pipeline.cli.contract_files import guide, new, sample, skeleton, template
from insight_pipeline.cli.contract_names import kind_of, lists_of, path_of
from insight_pipeline.cli.table import text_table
from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.contracts.promise.contract_faults import unknown_formats, unknown_vocabularies
from insight_pipeline.contracts.promise.governance import unknown_purposes
from insight_pipeline.contracts.promise.odcs import load_contract, load_versions
from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.settings import Settings, load_settings
from insight_pipeline.sql.model import load_macros


@click.group(name="contracts")
def contracts_command() -> None:
    """What is promised: list, show, check and compare contracts, and make files from them."""


for command in (diff_command, guide, template, sample, skeleton, new):
    contracts_command.add_command(command)


@contracts_command.command(name="list")
def list_contracts() -> None:
    """List every contract: its version, whom it is from, and what a delivery holds."""
    catalogue = load_catalogue(load_settings())
    rows = [
        (c.stem, c.version, c.promise.provider_name, len(c.columns), c.promise.reader.format)
        for c in catalogue.contracts
    ]
    click.echo(text_table(("contract", "version", "provider", "columns", "format"), rows))


@contracts_command.command()
@click.argument("name")
def show(name: str) -> None:
    """Show one contract: its columns and what is promised of them."""
    contract = _load(name, load_settings())
    click.echo(f"{contract.title}, {contract.stem} {contract.version}\n{contract.description}\n")
    rows = [
        (
            column.name,
            column.type,
            "yes" if column.required else "",
            column.properties.vocabulary or column.properties.format or "",
            column.classification,
        )
        for column in contract.columns
    ]
    click.echo(text_table(("column", "type", "required", "list or format", "class"), rows))


@contracts_command.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
def check(names: tuple[str, ...]) -> None:
    """Check contracts by name, or without a name all of them with the SQL that reads them.

    Every fault is told at once: where, what was expected, what was found, and the next step.
    """
    settings = load_settings()
    if not names:
        catalogue = load_catalogue(settings)
        check_types(catalogue, settings)
        known = len(catalogue.contracts) + len(catalogue.internal)
        click.echo(f"{known} contracts and the SQL that reads them are sound.")
        return
    raise_all(fault for name in names for fault in _faults(name, settings))
    click.echo(f"Sound: {', '.join(names)}.")


def _faults(name: str, settings: Settings) -> Iterable[Fault]:
    path = path_of(name, settings)
    try:
        contract = load_versions(path, kind_of(path))
    except InsightError as error:
        return error.faults
    lists = load_vocabularies(lists_of(path, settings))
    found = [
        *unknown_vocabularies([contract], lists),
        *unknown_formats([contract], load_macros(settings.sql / "functions")),
    ]
    if isinstance(contract.properties, ContractProperties):
        found += unknown_purposes([contract], lists)
    return found


def _load(name: str, settings: Settings) -> Contract:
    path = path_of(name, settings)
    return (
        load_versions(path, kind_of(path))
        if "@" not in path.name
        else load_contract(path, kind_of(path))
    )
