"""Where news of incidents may go: the shape of `channels` and `routes` in operations.yaml.

Belongs here: that shape. Does not belong here: credentials (secrets/channels/<name>.json), or
sending anything (incidents/channels/).
"""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from insight_pipeline.kernel.strict import StrictModel

# Plain addresses alone: nothing in them can begin another header or name a second recipient.
ADDRESS = r"^[A-Za-z0-9._%+'/=-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$"
Address = Annotated[str, Field(pattern=ADDRESS)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]+$")]
LONGEST_WAIT_SECONDS = 60


class Severity(StrEnum):
    """How soon somebody has to look: today (error), this week (warning)."""

    WARNING = "warning"
    ERROR = "error"


SEVERITIES = tuple(Severity)


class Security(StrEnum):
    """How a mail server is talked to; `none` is for a relay on this machine only."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class LogChannel(StrictModel):
    """Lines of JSON in operations/incidents.log of the home folder."""

    name: Name
    type: Literal["log"]
    owner: str


class SmtpChannel(StrictModel):
    """Mail to `recipients`. has_login: user and password are in secrets/channels/<name>.json.

    ca_file: certificates to trust instead of the system's, for a server of one's own.
    """

    name: Name
    type: Literal["smtp"]
    owner: str
    host: Host
    port: int = Field(default=587, ge=1, le=65535)
    security: Security = Security.STARTTLS
    sender: Address
    recipients: tuple[Address, ...] = Field(min_length=1)
    has_login: bool = False
    ca_file: str | None = None
    timeout_seconds: int = Field(default=15, ge=1, le=LONGEST_WAIT_SECONDS)

    @model_validator(mode="after")
    def _is_safe(self) -> SmtpChannel:
        if self.security is Security.NONE and not is_loopback(self.host):
            raise ValueError(f"channel {self.name}: security none is for this machine only")
        return self


class WebhookChannel(StrictModel):
    """A POST of JSON to `url`. An address that is a secret itself goes into the secret instead.

    has_secret: secrets/channels/<name>.json holds the url, the key that signs, or both.
    proxy: the address of a proxy; none is used otherwise, whatever the environment says.
    """

    name: Name
    type: Literal["webhook"]
    owner: str
    url: str | None = None
    has_secret: bool = False
    ca_file: str | None = None
    proxy: str | None = None
    timeout_seconds: int = Field(default=15, ge=1, le=LONGEST_WAIT_SECONDS)

    @model_validator(mode="after")
    def _is_safe(self) -> WebhookChannel:
        if self.url is None and not self.has_secret:
            raise ValueError(f"channel {self.name}: a url, or has_secret with a url in the secret")
        if self.url is not None and not is_safe_url(self.url):
            raise ValueError(f"channel {self.name}: the url must be https without user or password")
        if self.proxy is not None and "@" in self.proxy:
            raise ValueError(f"channel {self.name}: the proxy must be without user or password")
        return self


Channel = Annotated[LogChannel | SmtpChannel | WebhookChannel, Field(discriminator="type")]


class Route(StrictModel):
    """What goes where: incidents of these kinds and providers (all, where none is named).

    severity: the least that is told. to_owner: mail goes besides to the incident's owner, where
    that is an address.
    """

    channels: tuple[Name, ...] = Field(min_length=1)
    kinds: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    severity: Severity = Severity.WARNING
    to_owner: bool = False

    def takes(self, kind: str, severity: Severity, provider: str | None) -> bool:
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.providers or provider in self.providers)
            and SEVERITIES.index(severity) >= SEVERITIES.index(self.severity)
        )


def is_address(text: str) -> bool:
    """Whether mail can be sent there."""
    return re.fullmatch(ADDRESS, text) is not None


def is_loopback(host: str) -> bool:
    """Whether a host's name or number means this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_safe_url(url: str) -> bool:
    """https, or http on this machine; no user, password or blank in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    no_login = parts.username is None and parts.password is None
    return bool(host) and plain and no_login and url.isprintable() and " " not in url
