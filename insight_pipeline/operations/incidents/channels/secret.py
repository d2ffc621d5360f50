"""Credentials of channels: secrets/channels/<name>.json, readable by its owner only.

Belongs here: their shape and where they are read. They go to the connection and to nobody else: no
policy, log, incident or error holds them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import StrictModel, parse_json, read_text, validate


class SmtpSecret(StrictModel):
    username: str = Field(repr=False)
    password: str = Field(repr=False)


class WebhookSecret(StrictModel):
    """url: an address that lets in whoever knows it. key: signs what is sent."""

    url: str | None = Field(default=None, repr=False)
    key: str | None = Field(default=None, repr=False, min_length=16)


Secret = TypeVar("Secret", bound=StrictModel)


def load_channel_secret(secrets: Path, name: str, model: type[Secret]) -> Secret:
    """The credentials of one channel, or an InsightError without any of them."""
    where = f"secrets/channels/{name}.json"
    path = secrets / "channels" / f"{name}.json"
    if not path.is_file():
        raise InsightError([_unusable(where, "no such file")])
    if os.stat(path).st_mode & 0o077:
        raise InsightError([_unusable(where, "a file that others may read")])
    # As of what somebody outside wrote: an unknown key is not told, it may be a password.
    return validate(parse_json(read_text(path, where), where), model, where, sent=True)


def _unusable(where: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected="a channel's credentials in a file that its owner alone may read",
        found=found,
        consequence="nothing is sent through this channel; it is tried again next time",
        next_step="write the file as docs/operate.md shows, with mode 600",
    )
