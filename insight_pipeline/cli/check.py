"""`insight check`: the verdict on a file before it is sent.

Belongs here: arguments, words and exit codes of this command. Does not belong here: judging.
Exit codes: 0 nothing held or refused, 1 rows held or rejected or the file refused, 2 wrong usage,
3 our engine failed or the contract cannot be used, which says nothing about the file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import load_settings

if TYPE_CHECKING:
    from insight_pipeline.contracts.offline import Checked

Result = TypeVar("Result")
FAULTY, USAGE, OURS = 1, 2, 3
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command(name="check")
@click.argument("file", type=FILE)
@click.option("--contract", "name", required=True, help="Name of a contract, or its file.")
@click.option("--manifest", type=FILE, help="The file's manifest, if not beside it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--list", "list_path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(min=0), help="Most issues that JSON lists.")
def check_command(
    file: Path,
    name: str,
    manifest: Path | None,
    form: str,
    list_path: Path | None,
    limit: int | None,
) -> None:
    """Check a file against its contract before sending it; no store is needed or touched.

    --list FILE.csv writes every issue with its line and value, for the sender's own eyes; nothing
    else shows a value.

    Example: insight check sessions.csv --contract swimclub__sessions
    """
    if list_path and not list_path.parent.is_dir():
        raise click.BadParameter("its folder does not exist", param_hint="--list")
    checked = _check(file, name, manifest, list_path)
    if form == "json":
        from insight_pipeline.contracts.offline import as_json

        click.echo(as_json(checked, limit))
    else:
        from insight_pipeline.cli.check_report import report

        click.echo("\n".join(report(checked, list_path is not None)))
    if checked.examination.outcome == "error":
        click.echo("Our own check failed; this says nothing about the file.", err=True)
        sys.exit(OURS)
    sys.exit(0 if checked.sound else FAULTY)


def _check(file: Path, name: str, manifest: Path | None, list_path: Path | None) -> Checked:
    """Whatever fails here is told apart: wrong usage, or our own failure."""
    _progress("Loading the contract and the rules…")
    # Importing the validator takes seconds: only for this command.
    from insight_pipeline.contracts import offline

    settings = load_settings()
    path = _or_exit(lambda: offline.find_contract(name, settings), USAGE)
    declared = _or_exit(lambda: offline.find_manifest(file, manifest), USAGE)
    contract, law = _or_exit(lambda: offline.load_law(path, settings), OURS)
    _or_exit(lambda: offline.same_dataset(contract, declared), USAGE)
    _progress("Checking…")
    return _or_exit(
        lambda: offline.check_file(file, contract, law, declared, settings, list_path), OURS
    )


def _or_exit(work: Callable[[], Result], code: int) -> Result:
    try:
        return work()
    except InsightError as error:
        click.echo(str(error), err=True)
    except Exception as error:
        # An engine's message can quote a value: only its kind is told.
        click.echo(
            f"Our own check failed ({type(error).__name__}); this says nothing about the file.",
            err=True,
        )
        code = OURS
    sys.exit(code)


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        click.echo(words, err=True)
