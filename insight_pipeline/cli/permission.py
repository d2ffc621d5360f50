"""Permission before an answer that lists citizens, and the line in the audit log that it takes.

Belongs here: what all commands that show pseudonyms do first and last. Does not belong here: who
may (governance/access.py), how the log is kept (governance/audit.py), or any command.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from insight_pipeline.governance import access, audit
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Request:
    """What somebody asks: the command, the purpose and about what, all in codes."""

    action: str
    purpose: str
    about: str


def check_purpose(purpose: str, catalogue: Catalogue) -> None:
    """Only codes get into the audit log: what somebody types might name a person."""
    codes = catalogue.vocabularies.filter(pl.col("vocabulary") == "purpose")["code"].to_list()
    if purpose not in codes:
        expected = "a code of data_contracts/vocabularies/purpose.csv"
        raise InsightError(
            [wrong("--purpose", expected, "another word", f"one of {', '.join(codes)}")]
        )


def permit(settings: Settings, request: Request, now: datetime) -> None:
    """InsightError unless the account has a grant for the purpose.

    Refusals are logged before they are told; a log that takes no line refuses everybody.
    """
    path = settings.contracts / access.FILE
    if not access.is_granted(access.load_access(path), _user(), request.purpose, now.date()):
        note(settings, request, "refused", now, 0)
        raise access.refusal(_user(), request.purpose, path)


def note(settings: Settings, request: Request, outcome: str, now: datetime, citizens: int) -> None:
    """Add a line to the audit log; citizens: how many are about to be listed."""
    attempt = audit.Attempt(
        at=now,
        user=_user(),
        action=request.action,
        purpose=request.purpose,
        about=request.about,
        outcome=outcome,
        citizens=citizens,
    )
    audit.append(log_folder(settings), attempt)


def log_folder(settings: Settings) -> Path:
    """Where the audit log is."""
    return settings.home / "audit"


def wrong(where: str, expected: str, found: str, next_step: str) -> Fault:
    """A question that is not asked."""
    return Fault(where, expected, found, "nobody is listed, nothing is logged", next_step)


def _user() -> str:
    """The account this process runs as; the environment could say anything."""
    return pwd.getpwuid(os.getuid()).pw_name
