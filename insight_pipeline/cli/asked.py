"""Which release a command is asked about, and how it ends when it was asked wrongly.

Belongs here: the options --release and --preview, and exit code 2. Does not belong here: finding
releases (publication/querying/choosing.py).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from insight_pipeline.cli.table import printable
from insight_pipeline.publication.querying.choosing import PREVIEW, WrongUse
from insight_pipeline.publication.releasing.pointer import LATEST

WRONG_USE = 2
NOT_PUBLIC = "This is a preview, for internal eyes: nothing of it is published."
Command = TypeVar("Command", bound=Callable[..., object])


def release_options(command: Command) -> Command:
    """Adds --release and --preview as `release` and `preview`; see release_name()."""
    command = click.option(
        "--preview", is_flag=True, help="Figures not released yet; for internal eyes only."
    )(command)
    return click.option(
        "--release",
        metavar="NAME",
        help="A release, the beginning of its name, latest or previous.  [default: latest]",
    )(command)


def release_name(release: str | None, preview: bool) -> str:
    """The one name that both options come to."""
    if preview and release is not None:
        raise click.UsageError("--release and --preview: name one of them.")
    return PREVIEW if preview else release or LATEST


@contextmanager
def wrong_use_ends_with_two() -> Iterator[None]:
    """What the asker can mend is told in its five parts and ends with exit code 2."""
    try:
        yield
    except WrongUse as error:
        for line in str(error).splitlines():
            click.echo(printable(line), err=True)
        sys.exit(WRONG_USE)
