"""The manifest a sender writes last: what the file is, declared, never guessed from its name.

Belongs here: the manifest's shape. Does not belong here: whether the promise is kept (contracts).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from insight_pipeline.kernel.strict import StrictModel, parse_json, read_text, validate

MANIFEST_SUFFIX = ".manifest.json"
# Becomes the name of a folder, so that nothing may lead out of it.
Name = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]


class Manifest(StrictModel):
    """Identity of one delivery. Periods are whole days, both ends included.

    `rows` is the number of data rows the sender says it sent; None when it does not say.
    `submitted_at` orders deliveries of the same thing: the later submission stands.
    """

    provider: Name
    dataset: Name
    contract_version: str
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
    return validate(parse_json(read_text(path, where), where), Manifest, where)
