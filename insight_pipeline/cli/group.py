"""The group all commands hang from: how any of them fails, and who may read what some write.

Belongs here: errors as five parts and exit codes, and the rights of new files. Does not belong
here: any command.
"""

from __future__ import annotations

import errno
import os
import sys

import click

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.trouble import disk_trouble, engine_fault, is_out_of_memory

# What these write names people; what others write, such as what is published, is for more to read.
OWNERS_ONLY = ("clk", "explain", "gaps", "link", "review")


class Faults(click.Group):
    """Turns our errors into their five parts and exit code 1, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except InsightError as error:
            click.echo(str(error), err=True)
        except OSError as error:
            # A reader such as `head` that went away: click ends quietly.
            if error.errno == errno.EPIPE:
                raise
            click.echo(str(_of_the_system(error)), err=True)
        except Exception as error:
            # A full disk, or too little memory; anything else is for who reports it.
            if disk_trouble(error) is None and not is_out_of_memory(error):
                raise
            click.echo(str(engine_fault(error, f"insight {ctx.invoked_subcommand}")), err=True)
        sys.exit(1)


def keep_private(ctx: click.Context) -> None:
    """New files are their owner's alone until the command ends, where they hold identifiers."""
    if ctx.invoked_subcommand in OWNERS_ONLY:
        before = os.umask(0o077)
        ctx.call_on_close(lambda: os.umask(before))


def _of_the_system(error: OSError) -> Fault:
    """Path and reason alone: the message of an exception may quote what was being written."""
    path = error.filename
    return Fault(
        where=os.fsdecode(path) if isinstance(path, str | bytes) else "a file or a connection",
        expected="a file, folder or connection that can be used",
        found=os.strerror(error.errno) if error.errno else type(error).__name__,
        consequence="the command stopped before it was done",
        next_step="check that the path exists, who may write there, and the space left",
    )
