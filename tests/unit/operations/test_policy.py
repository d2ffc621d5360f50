"""data_contracts/operations.yaml: what it may say, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.operations.policy import OperationsPolicy, load_operations
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

MAIL = """
  - {name: mail, type: smtp, owner: "team:data-engineering", host: mail.example,
     sender: insight@council.example, recipients: [duty@council.example]}
"""


def loaded(folder: Path, text: str) -> OperationsPolicy:
    path = folder / "data_contracts" / "operations.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_operations(Settings(home=folder / "home", project=folder))


def fault(folder: Path, text: str) -> str:
    with pytest.raises(InsightError) as caught:
        loaded(folder, text)
    return str(caught.value)


def test_the_file_of_the_repository_says_what_holds_without_one(tmp_path: Path) -> None:
    written = load_operations(Settings(home=tmp_path, project=ROOT))
    default = load_operations(Settings(home=tmp_path, project=tmp_path))
    assert written.model_copy(update={"routes": ()}) == default
    assert [channel.type for channel in written.channels] == ["log"]


def test_mail_and_webhook_channels_are_read(tmp_path: Path) -> None:
    hook = "  - {name: chat, type: webhook, owner: x, url: 'https://chat.example/in'}\n"
    routes = "routes:\n  - {channels: [mail, chat], severity: error}\ndigest: {channels: [mail]}\n"
    policy = loaded(tmp_path, f"channels:{MAIL}{hook}{routes}")
    assert [channel.name for channel in policy.channels] == ["mail", "chat"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("night: {cron: 0 2 * *}", "five fields"),
        ("night: {cron: 0 2 * * *, timezone: Europe/Londres}", "no time zone"),
        ("digest: {cron: 0 7 * * *, channels: [pager]}", "no channel is named pager"),
        ("routes: [{channels: [log], kinds: [feed_lat]}]", "no kind of incident is named feed_lat"),
        ("routes: [{channels: [mail]}]", "no channel is named mail"),
        (f"channels:{MAIL}{MAIL.strip(chr(10))}\ndigest: {{channels: [mail]}}", "two channels"),
        ("incidents: {remind_after_hours: 0}", "remind_after_hours"),
        ("incidents: {disk_flor_gb: 1}", "disk_flor_gb"),
        (f"channels:{MAIL.replace('duty@council.example', 'a@b.example, c')}", "recipients"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, word: str, tmp_path: Path) -> None:
    assert word in fault(tmp_path, text)


@pytest.mark.parametrize(
    "change",
    [
        ("host: mail.example", "host: mail.example, security: none"),
        ("host: mail.example", "host: mail.example, password: hunter2"),
        ("duty@council.example", '"duty@council.example\\nBcc: x@y.example"'),
        ("insight@council.example", '"Insight <insight@council.example>"'),
    ],
    ids=["plain text to another machine", "a password in the file", "a second header", "a name"],
)
def test_a_mail_channel_that_is_not_safe_is_refused(
    change: tuple[str, str], tmp_path: Path
) -> None:
    words = fault(tmp_path, f"channels:{MAIL.replace(*change)}\ndigest: {{channels: [mail]}}")
    assert "hunter2" not in words


@pytest.mark.parametrize(
    "url",
    ["http://chat.example/in", "https://me:secret@chat.example/in", "ftp://127.0.0.1/", "https://",
     "file:///etc/passwd", "https://chat.example/a b"],
)  # fmt: skip
def test_a_webhook_goes_by_https_or_stays_on_this_machine(url: str, tmp_path: Path) -> None:
    text = "channels: [{{name: log, type: webhook, owner: x, url: '{}'}}]"
    assert "channels" in fault(tmp_path, text.format(url))
    assert loaded(tmp_path, text.format("http://127.0.0.1:9/in")).channels[0].type == "webhook"
