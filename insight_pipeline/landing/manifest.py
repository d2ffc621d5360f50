"""The manifest a sender writes last: what the file is, declared, never guessed from its name.

Belongs here: the manifest's shape. Does not belong here: whether the promise is kept (contracts).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import StrictModel, parse_json, read_text, validate

MANIFEST_SUFFIX = ".manifest.json"
# Becomes the name of a folder, so that nothing may lead out of it.
Name = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]
# It is told in accounts and pages: nothing else may stand there.
Version = Annotated[str, Field(pattern=r"^[0-9A-Za-z.+-]{1,32}$")]
# Of a file that declares itself without naming a version: that in force for its period judges it.
# A word and not a version, so that what a file declares never depends on the night it came.
UNDECLARED = "undeclared"


class Manifest(StrictModel):
    """Identity of one delivery. Periods are whole days, both ends included.

    `rows` is the number of data rows the sender says it sent; None when it does not say.
    `submitted_at` orders deliveries of the same thing: the later submission stands.
    """

    provider: Name
    dataset: Name
    contract_version: Version
    period_from: date
    period_to: date
    submitted_at: datetime
    file: str
    rows: Annotated[int, Field(ge=0)] | None = None

    @field_validator("submitted_at")
    @classmethod
    def _in_utc(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("give a time zone, e.g. 2025-07-07T09:00:00Z")
        return value.astimezone(UTC)

    @model_validator(mode="after")
    def _period_runs_forward(self) -> Manifest:
        if self.period_from > self.period_to:
            raise ValueError("period_from is not after period_to")
        return self

    @property
    def stem(self) -> str:
        return f"{self.provider}__{self.dataset}"


def read_manifest(path: Path, where: str) -> Manifest:
    """The manifest in `path`; an InsightError under the name `where`."""
    return parse_manifest(read_text(path, where), where)


def parse_manifest(text: str, where: str) -> Manifest:
    """The manifest a sender wrote; faults never repeat what only the sender knows."""
    values = parse_json(text, where, Manifest.model_fields)
    manifest = validate(values, Manifest, where, sent=True)
    if manifest.contract_version == UNDECLARED:
        raise InsightError([_no_version(where)])
    return manifest


def _no_version(where: str) -> Fault:
    return Fault(
        where=f"{where}: contract_version",
        expected="the version of the contract that the file is written to",
        found=f"the word '{UNDECLARED}'",
        consequence="the file is not used",
        next_step="name the version, such as 1.0.0",
    )
