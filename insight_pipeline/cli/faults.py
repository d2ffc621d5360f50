"""FAULT_AT, the documented test hook: ends a command after a side effect, or lists them.

Belongs here: what the variable says. Does not belong here: the points themselves
(kernel/faultpoint.py). Without the variable nothing is installed.

    FAULT_AT=7     the command is ended by SIGKILL after its 7th durable side effect
    FAULT_AT=list  every durable side effect is named on standard error, with its number
"""

from __future__ import annotations

from itertools import count

import click

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.faultpoint import Hook, install, kill_at

LIST = "list"


def install_fault(said: str | None) -> None:
    """Install what FAULT_AT says; nothing where it says nothing."""
    if said is not None:
        install(_listing() if said == LIST else kill_at(_number(said)))


def _listing() -> Hook:
    numbers = count(1)
    return lambda effect: click.echo(f"fault point {next(numbers)}: {effect}", err=True)


def _number(said: str) -> int:
    if said.isdecimal() and int(said) > 0:
        return int(said)
    raise InsightError(
        [
            Fault(
                where="the variable FAULT_AT",
                expected=f"a number from 1, or '{LIST}'",
                found="something else",
                consequence="nothing was started",
                next_step="take it out of the environment: it is for tests only",
            )
        ]
    )
