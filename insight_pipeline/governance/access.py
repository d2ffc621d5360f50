"""Who may look behind a figure, for which purpose and until when: data_contracts/access.yaml.

Belongs here: that file's shape, and the answer yes or no. Does not belong here: writing down what
was asked (audit.py), or what is shown. Whoever is not listed may not.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import StrictModel, load_yaml

FILE = "access.yaml"


class Grant(StrictModel):
    """One account's permission; `until` is the last day it holds."""

    user: str
    purposes: tuple[str, ...] = Field(min_length=1)
    until: date
    granted_by: str


class Access(StrictModel):
    """The whole of access.yaml."""

    grants: tuple[Grant, ...]


def load_access(path: Path) -> Access:
    """The grants; no file means that nobody may."""
    return load_yaml(path, Access) if path.exists() else Access(grants=())


def is_granted(access: Access, user: str, purpose: str, today: date) -> bool:
    """Whether an account may look for this purpose on this day."""
    return any(
        grant.user == user and purpose in grant.purposes and today <= grant.until
        for grant in access.grants
    )


def refusal(user: str, purpose: str, path: Path) -> InsightError:
    """Says what is missing; never who else may."""
    return InsightError(
        [
            Fault(
                where=str(path),
                expected=f"a grant for account '{user}' and purpose '{purpose}' that still holds",
                found="none",
                consequence="nothing is shown; the attempt is in the audit log",
                next_step="ask whoever owns that file; docs/explain.md shows what a grant says",
            )
        ]
    )
