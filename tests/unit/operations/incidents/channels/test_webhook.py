"""Webhooks to a real HTTP server on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.operations.channel_policy import WebhookChannel
from insight_pipeline.operations.incidents.channels.letter import letter_of
from insight_pipeline.operations.incidents.channels.send import send
from insight_pipeline.operations.incidents.channels.webhook import post
from insight_pipeline.operations.incidents.state import Event, Message
from insight_pipeline.settings import Settings
from tests.unit.operations.incidents.channels.servers import Hook, certificate, web_server
from tests.unit.operations.making import NOW, incident

KEY = "a key of sixteen or more"
LETTER = letter_of([Message("chat", Event.OPENED, incident("wellpath__referrals"), NOW)], NOW)


def channel(port: int, **more: Any) -> WebhookChannel:
    url = f"http://127.0.0.1:{port}/in"
    values = {"name": "chat", "type": "webhook", "owner": "team", "url": url, **more}
    return WebhookChannel.model_validate({"timeout_seconds": 5, **values})


def home(folder: Path, **secret: str) -> Settings:
    if secret:
        path = folder / "secrets" / "channels" / "chat.json"
        path.parent.mkdir(parents=True)
        path.touch(0o600)
        path.write_text(json.dumps(secret))
    return Settings(home=folder, project=folder)


def test_a_letter_is_one_post_of_json(tmp_path: Path) -> None:
    hook = Hook()
    with web_server(hook) as port:
        post(channel(port), LETTER, home(tmp_path))
    ((path, headers, body),) = hook.requests
    told = json.loads(body)
    assert (path, headers["Content-Type"]) == ("/in", "application/json")
    assert told["records"][0]["key"] == "feed_late:wellpath__referrals"
    assert told["records"][0]["event"] == "opened"
    assert "what to do" in told["text"]
    assert headers["X-Insight-Number"] == told["number"] == LETTER.number
    assert "X-Insight-Signature" not in headers


def test_a_key_signs_time_and_body(tmp_path: Path) -> None:
    hook = Hook()
    with web_server(hook) as port:
        post(channel(port, has_secret=True), LETTER, home(tmp_path, key=KEY))
    ((_, headers, body),) = hook.requests
    signed = headers["X-Insight-Timestamp"].encode() + b"." + body
    expected = hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Insight-Signature"] == f"sha256={expected}"
    assert int(headers["X-Insight-Timestamp"]) == NOW.timestamp()


def test_an_address_may_be_part_of_the_secret(tmp_path: Path) -> None:
    hook = Hook()
    with web_server(hook) as port:
        url = f"http://127.0.0.1:{port}/in/token-in-the-path"
        post(channel(port, url=None, has_secret=True), LETTER, home(tmp_path, url=url))
    assert hook.requests[0][0] == "/in/token-in-the-path"


def test_an_address_in_the_secret_is_held_to_the_same_rule(tmp_path: Path) -> None:
    settings = home(tmp_path, url="http://chat.example/token-in-the-path")
    with pytest.raises(InsightError) as caught:
        post(channel(9, url=None, has_secret=True), LETTER, settings)
    assert "token" not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_counts_as_not_taken(status: int, tmp_path: Path) -> None:
    elsewhere = Hook()
    with web_server(elsewhere) as other:
        hook = Hook(status=status, location=f"http://127.0.0.1:{other}/elsewhere")
        with web_server(hook) as port, pytest.raises(HTTPError):
            post(channel(port), LETTER, home(tmp_path))
    assert len(hook.requests) == 1
    assert elsewhere.requests == []


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_any_other_answer_is_a_failure_of_which_only_the_kind_is_logged(
    status: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with web_server(Hook(status=status)) as port:
        assert not send(channel(port), LETTER, home(tmp_path))
    assert "channel chat: incidents was not sent: HTTPError" in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_a_proxy_in_the_environment_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    hook = Hook()
    with web_server(hook) as port:
        post(channel(port), LETTER, home(tmp_path))
    assert len(hook.requests) == 1


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_over_https_the_certificate_is_checked(tmp_path: Path) -> None:
    cert, context = certificate(tmp_path)
    hook = Hook()
    with web_server(hook, context) as port:
        url = f"https://127.0.0.1:{port}/in"
        post(channel(port, url=url, ca_file=str(cert)), LETTER, home(tmp_path))
        with pytest.raises(URLError):
            post(channel(port, url=url), LETTER, home(tmp_path))
    assert len(hook.requests) == 1
