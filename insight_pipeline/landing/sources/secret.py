"""Credentials of remote servers: secrets/servers/<server>.json, readable by its owner only.

Belongs here: their shape and where they are read. They are handed to the connection and to nobody
else: no contract, log or error holds them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import StrictModel, parse_json, read_text, validate


class S3Secret(StrictModel):
    key: str = Field(repr=False)
    secret: str = Field(repr=False)
    token: str | None = Field(default=None, repr=False)
    region: str | None = None


class SftpSecret(StrictModel):
    """host_keys: the server's public keys, each as in known_hosts: `ssh-ed25519 AAAA…`.

    private_key_file: beside the secret, or an absolute path.
    """

    username: str = Field(repr=False)
    host_keys: tuple[str, ...] = Field(min_length=1)
    password: str | None = Field(default=None, repr=False)
    private_key_file: str | None = None
    passphrase: str | None = Field(default=None, repr=False)


class AzureSecret(StrictModel):
    """One of the two."""

    account_key: str | None = Field(default=None, repr=False)
    sas_token: str | None = Field(default=None, repr=False)


class PostgresSecret(StrictModel):
    user: str = Field(repr=False)
    password: str | None = Field(default=None, repr=False)
    sslmode: Literal["disable", "require", "verify-ca", "verify-full"] = "verify-full"
    sslrootcert: str | None = None


Secret = TypeVar("Secret", bound=StrictModel)


def secret_path(secrets: Path, name: str) -> Path:
    return secrets / "servers" / f"{name}.json"


def load_secret(secrets: Path, name: str, model: type[Secret]) -> Secret:
    """The credentials of one server, or an InsightError without any of them."""
    path = secret_path(secrets, name)
    where = f"secrets/servers/{name}.json"
    if not path.is_file():
        raise InsightError([_unusable(where, "no such file")])
    if os.stat(path).st_mode & 0o077:
        raise InsightError([_unusable(where, "a file that others may read")])
    return validate(parse_json(read_text(path, where), where), model, where)


def _unusable(where: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected="a server's credentials in a file that its owner alone may read",
        found=found,
        consequence="nothing is fetched from this server; all others go on",
        next_step="write the file as docs/operate.md shows, with mode 600",
    )
