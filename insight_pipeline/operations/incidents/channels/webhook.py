"""The webhook channel: one POST of JSON a letter, signed where there is a key.

Belongs here: the request. Does not belong here: what it says (letter.py). Redirects are not
followed: a signed letter goes where the policy says and nowhere else. Errors hold no address.

Signature: header X-Insight-Signature, `sha256=` and the hex HMAC-SHA256 (RFC 2104) of
`<X-Insight-Timestamp>.<body>`; the timestamp is in seconds since 1970, so that an old letter that
somebody replays can be told.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from http.client import HTTPMessage
from typing import IO, Any
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.operations.channel_policy import WebhookChannel, is_safe_url
from insight_pipeline.operations.incidents.channels.letter import Letter
from insight_pipeline.operations.incidents.channels.secret import (
    WebhookSecret,
    load_channel_secret,
)
from insight_pipeline.settings import Settings


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def post(channel: WebhookChannel, letter: Letter, settings: Settings) -> None:
    """Send the letter; any exception, and any answer but 2xx, means that it was not taken."""
    secret = (
        load_channel_secret(settings.secrets, channel.name, WebhookSecret)
        if channel.has_secret
        else WebhookSecret()
    )
    url = secret.url or channel.url
    if url is None or not is_safe_url(url):
        raise InsightError([_no_url(channel.name)])
    body = json.dumps(body_of(letter), sort_keys=True).encode()
    request = Request(  # noqa: S310 (is_safe_url allows https, and http to this machine)
        url, data=body, headers=_headers(letter, body, secret.key), method="POST"
    )
    opener = build_opener(
        _NoRedirects,
        # The environment is not asked: what is sent where stands in the policy alone.
        ProxyHandler({"https": channel.proxy, "http": channel.proxy} if channel.proxy else {}),
        HTTPSHandler(context=ssl.create_default_context(cafile=channel.ca_file)),
    )
    with opener.open(request, timeout=float(channel.timeout_seconds)):
        pass


def body_of(letter: Letter) -> dict[str, Any]:
    """What is posted. `text` is what chat services show of a message."""
    return {
        "kind": letter.kind,
        "number": letter.number,
        "at": letter.at.isoformat(),
        "subject": letter.subject,
        "text": f"{letter.subject}\n\n{letter.text}",
        "records": list(letter.records),
    }


def _headers(letter: Letter, body: bytes, key: str | None) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "insight-pipeline",
        "X-Insight-Number": letter.number,
    }
    if key is None:
        return headers
    stamp = str(int(letter.at.timestamp()))
    return {
        **headers,
        "X-Insight-Timestamp": stamp,
        "X-Insight-Signature": f"sha256={signature(key, stamp, body)}",
    }


def signature(key: str, stamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 of `<stamp>.<body>`."""
    return hmac.new(key.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def _no_url(name: str) -> Fault:
    return Fault(
        where=f"secrets/channels/{name}.json: url",
        expected="an https address without user or password",
        found="none, or another one",
        consequence="nothing is sent through this channel; it is tried again next time",
        next_step="write the address as docs/operate.md shows",
    )
