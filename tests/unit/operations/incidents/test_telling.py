"""Telling as a whole: looks at a home, sends through real channels, remembers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.operations.channel_policy import Route, Severity, SmtpChannel
from insight_pipeline.operations.incidents import telling
from insight_pipeline.operations.incidents.channels.log import log_path
from insight_pipeline.operations.incidents.store import book_path, read_book
from insight_pipeline.operations.incidents.telling import places_of, tell_incidents
from insight_pipeline.operations.kinds import Kind
from insight_pipeline.operations.nights import Before, Ending, Outcome, begin_night, end_night
from insight_pipeline.operations.policy import LOG, OperationsPolicy
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.operations.incidents.channels.servers import Hook, web_server
from tests.unit.operations.making import NOW, incident

HOUR = timedelta(hours=1)
MAIL = SmtpChannel(
    name="mail",
    type="smtp",
    owner="team",
    host="mail.example",
    sender="insight@council.example",
    recipients=("duty@council.example",),
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's, without feeds: these tests are about nights."""
    return replace(load_catalogue(Settings(home=ROOT / "no home", project=ROOT)), contracts=())


def home(folder: Path, operations: str = "") -> Settings:
    settings = Settings(home=folder / "home", project=folder)
    settings.contracts.mkdir()
    (settings.contracts / "operations.yaml").write_text(operations or "{}\n")
    return settings


def night_fails(settings: Settings, at: datetime, outcome: Outcome = Outcome.FAILED) -> None:
    begin_night(settings, f"{at:%H%M}", "command", at, Before())
    end_night(settings, f"{at:%H%M}", at, Ending(outcome=outcome))


def lines(settings: Settings) -> list[dict[str, Any]]:
    path = log_path(settings)
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_failed_night_is_told_once_and_its_recovery_once(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    settings = home(tmp_path)
    night_fails(settings, NOW)
    assert len(tell_incidents(settings, catalogue, NOW).messages) == 1
    assert tell_incidents(settings, catalogue, NOW + HOUR).messages == ()
    night_fails(settings, NOW + 2 * HOUR, Outcome.SUCCEEDED)
    tell_incidents(settings, catalogue, NOW + 2 * HOUR)
    tell_incidents(settings, catalogue, NOW + 3 * HOUR)
    assert [(line["event"], line["key"]) for line in lines(settings)] == [
        ("opened", "night_failed:the night"),
        ("recovered", "night_failed:the night"),
    ]


def test_a_look_without_news_writes_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    settings = home(tmp_path)
    night_fails(settings, NOW)
    tell_incidents(settings, catalogue, NOW)
    before = book_path(settings).stat().st_mtime_ns, book_path(settings).read_bytes()
    tell_incidents(settings, catalogue, NOW + HOUR)
    assert (book_path(settings).stat().st_mtime_ns, book_path(settings).read_bytes()) == before


def test_a_channel_that_fails_is_told_by_the_others_and_gets_its_news_later(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    hook = Hook(status=503)
    with web_server(hook) as port:
        url = f"http://127.0.0.1:{port}/in"
        chat = f"{{name: chat, type: webhook, owner: chat team, url: '{url}'}}"
        log = "{name: log, type: log, owner: team}"
        settings = home(tmp_path, f"channels:\n  - {chat}\n  - {log}\n")
        night_fails(settings, NOW)
        assert tell_incidents(settings, catalogue, NOW).failed == ("chat",)
        tell_incidents(settings, catalogue, NOW + HOUR)
        assert [line["key"] for line in lines(settings)] == [
            "night_failed:the night",
            "channel_failed:chat",
        ]
        assert lines(settings)[1]["owner"] == "chat team"
        hook.status, hook.requests = 204, []
        assert tell_incidents(settings, catalogue, NOW + 2 * HOUR).failed == ()
        (taken,) = hook.requests
        assert [r["key"] for r in json.loads(taken[2])["records"]] == ["night_failed:the night"]
        tell_incidents(settings, catalogue, NOW + 3 * HOUR)
    assert [line["event"] for line in lines(settings)] == ["opened", "opened", "recovered"]
    assert len(hook.requests) == 1


@pytest.mark.parametrize("sent_before", [False, True], ids=["before sending", "after sending"])
def test_a_kill_around_sending_repeats_one_letter_at_most_and_loses_none(
    sent_before: bool, tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nothing of ours handles it, as nothing handles SIGKILL."""

    really = telling.send

    def killed(*arguments: Any) -> bool:
        if sent_before:
            really(*arguments)
        raise Killed

    settings = home(tmp_path)
    night_fails(settings, NOW)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(telling, "send", killed)
        tell_incidents(settings, catalogue, NOW)
    tell_incidents(settings, catalogue, NOW + HOUR)
    tell_incidents(settings, catalogue, NOW + 2 * HOUR)
    assert [line["event"] for line in lines(settings)] == ["opened"] * (1 + sent_before)


def test_a_book_that_cannot_be_read_is_an_incident_and_is_made_anew(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    settings = home(tmp_path)
    night_fails(settings, NOW, Outcome.SUCCEEDED)
    book_path(settings).write_text('{"entries": {')
    (one,) = tell_incidents(settings, catalogue, NOW).open
    assert one.key == "store_broken:operations/incidents.json"
    assert tell_incidents(settings, catalogue, NOW + HOUR).open == ()
    assert not read_book(settings).entries[one.key].is_open


def test_routes_choose_by_kind_severity_and_provider_and_add_up() -> None:
    routes = (
        Route(channels=("mail",), severity=Severity.ERROR),
        Route(channels=("log",), kinds=("feed_late",)),
        Route(channels=("mail",), providers=("wellpath",)),
    )
    policy = OperationsPolicy(channels=(LOG, MAIL), routes=routes)
    late = incident("x", provider="activelife")
    assert places_of(late, policy) == {"log"}
    assert places_of(incident("x", provider="wellpath"), policy) == {"log", "mail"}
    assert places_of(incident("x", Severity.ERROR), policy) == {"log", "mail"}
    assert places_of(incident("x", kind=Kind.FEED_VOLUME), policy) == frozenset()


def test_without_a_route_everything_goes_everywhere() -> None:
    policy = OperationsPolicy(channels=(LOG, MAIL))
    assert places_of(incident("x"), policy) == {"log", "mail"}


def test_a_channels_own_failure_goes_to_the_others() -> None:
    policy = OperationsPolicy(channels=(LOG, MAIL))
    assert places_of(incident("mail", kind=Kind.CHANNEL_FAILED), policy) == {"log"}


@pytest.mark.parametrize("owner", ["team:data-engineering", "a@b.example\nBcc: c@d.example"])
def test_an_owner_gets_a_mail_of_its_own_where_it_is_an_address(owner: str) -> None:
    routes = (Route(channels=("log", "mail"), to_owner=True),)
    policy = OperationsPolicy(channels=(LOG, MAIL), routes=routes)
    theirs = incident("x", owner="data@wellpath.example")
    assert places_of(theirs, policy) == {"log", "mail", "mail>data@wellpath.example"}
    assert places_of(incident("x", owner=owner), policy) == {"log", "mail"}
