"""The morning digest: what it gathers, how it reads, and that each channel gets it once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.contracts.standing.accounts import ACCOUNTS, Account, Accounts
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.operations.digest.digest import digest
from insight_pipeline.operations.digest.rendering import as_json, as_text, headline, is_well
from insight_pipeline.operations.digest.sending import send_digest
from insight_pipeline.operations.incidents.channels.log import log_path
from insight_pipeline.operations.incidents.telling import tell_incidents
from insight_pipeline.operations.nights import Before, Ending, Outcome, begin_night, end_night
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.operations.making import NOW, STEM, delivery

DAY = timedelta(days=1)
SEVEN = datetime(2026, 7, 15, 6, 0, tzinfo=UTC)
LATE = delivery("aa", date(2026, 3, 31))
REFUSED = delivery("bb", date(2025, 12, 31), outcome="refused")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The repository's with one feed."""
    whole = load_catalogue(Settings(home=ROOT / "no home", project=ROOT))
    return replace(whole, contracts=tuple(c for c in whole.contracts if c.stem == STEM))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", project=ROOT)


def stands(settings: Settings, *accounts: Account, unjudged: tuple[str, ...] = ()) -> None:
    path = settings.accepted / STEM / ACCOUNTS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Accounts(fingerprint="x", deliveries=accounts).model_dump_json())
    receipts = settings.landing / "receipts" / STEM
    receipts.mkdir(parents=True, exist_ok=True)
    for delivery_id in (*(account.delivery_id for account in accounts), *unjudged):
        (receipts / f"{delivery_id}.json").write_text("{}")


def night(settings: Settings, at: datetime, before: Before = Before()) -> None:  # noqa: B008
    begin_night(settings, f"run-{at:%d%H%M}", "command", at, before)
    end_night(
        settings, f"run-{at:%d%H%M}", at + timedelta(seconds=754), Ending(outcome=Outcome.SUCCEEDED)
    )


def ledger(settings: Settings, *rows: tuple[int, str, str]) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema indicators")
        connection.execute(
            "create table indicators.figure_revision "
            "(night_no integer, indicator_id varchar, reason_code varchar)"
        )
        connection.executemany("insert into indicators.figure_revision values (?, ?, ?)", rows)


def test_a_home_that_never_ran_says_so_in_plain_words(
    settings: Settings, catalogue: Catalogue
) -> None:
    told = digest(settings, catalogue, NOW)
    assert "no night yet" in as_text(told)
    assert "newest release: none yet" in as_text(told)
    assert is_well(told)
    assert not settings.home.exists(), "a look makes nothing"


def test_what_arrived_is_counted_by_provider_and_outcome_since_the_last_digest(
    settings: Settings, catalogue: Catalogue
) -> None:
    stands(settings, LATE)
    tell_incidents(settings, catalogue, NOW - 2 * DAY)
    stands(settings, LATE, REFUSED, unjudged=("cc",))
    (arrived,) = digest(settings, catalogue, NOW).arrived
    assert (arrived.provider, arrived.deliveries) == ("activelife", 2)
    assert arrived.outcomes == {"not judged yet": 1, "refused": 1}
    tell_incidents(settings, catalogue, NOW - DAY)
    assert digest(settings, catalogue, NOW + 2 * DAY).arrived == ()


def test_a_late_feed_tells_days_months_and_the_age_of_the_last_good_delivery(
    settings: Settings, catalogue: Catalogue
) -> None:
    stands(settings, LATE)
    (late,) = digest(settings, catalogue, NOW).late
    assert (late.feed, late.late_days, late.months) == (STEM, 1, (date(2026, 6, 1),))
    assert (late.good_to, late.good_age_days) == (date(2026, 3, 31), 99)
    assert "1 day late for 2026-06" in as_text(digest(settings, catalogue, NOW))


def test_what_changed_in_the_figures_is_of_the_nights_since(
    settings: Settings, catalogue: Catalogue
) -> None:
    night(settings, NOW - 3 * DAY)
    night(settings, NOW - timedelta(hours=8), Before(ledger_no=1))
    rows = [(1, "people_served", "first")] * 5
    rows += [(2, "people_served", "late_data")] * 3 + [(2, "need_met", "first")]
    ledger(settings, *rows)
    told = digest(settings, catalogue, NOW)
    found = {(c.indicator, c.reason): c.figures for c in told.figures}
    assert found == {("people_served", "late_data"): 3, ("need_met", "first"): 1}
    text = as_text(told)
    assert "1 new: need_met 1" in text
    assert "3 revised, late_data: people_served 3" in text
    assert "12 min 34 s, succeeded" in text


def test_an_incident_that_is_over_is_said_once_in_the_next_digest(
    settings: Settings, catalogue: Catalogue
) -> None:
    stands(settings, LATE)
    tell_incidents(settings, catalogue, NOW)
    mended = delivery("dd", date(2026, 6, 30))
    stands(settings, LATE, mended)
    tell_incidents(settings, catalogue, NOW + timedelta(hours=1))
    told = digest(settings, catalogue, NOW + timedelta(hours=2))
    assert [one.incident.key for one in told.recovered] == [f"feed_late:{STEM}"]
    assert "feed late: activelife__visits; over since 2026-07-15 10:00 UTC" in as_text(told)
    assert digest(settings, catalogue, NOW + 3 * DAY).recovered == ()


def test_a_store_that_cannot_be_read_is_named_and_the_rest_is_told(
    settings: Settings, catalogue: Catalogue
) -> None:
    stands(settings, LATE)
    night(settings, NOW - timedelta(hours=8))
    settings.warehouse.write_bytes(b"Nobuhle Example-Canary" * 1000)
    settings.identity.write_bytes(b"Nobuhle Example-Canary" * 1000)
    told = digest(settings, catalogue, NOW)
    text = as_text(told)
    assert told.stores.broken.keys() == {"warehouse.duckdb", "identity.duckdb"}
    assert "CANNOT BE READ: warehouse.duckdb" in text
    assert STEM in text
    assert not is_well(told)
    assert "Canary" not in text + json.dumps(as_json(told))


def test_the_text_is_plain_and_80_columns_wide_and_the_json_says_the_same(
    settings: Settings, catalogue: Catalogue
) -> None:
    stands(settings, LATE, REFUSED)
    told = digest(settings, catalogue, NOW)
    text, values = as_text(told), json.loads(json.dumps(as_json(told)))
    assert max(map(len, text.splitlines())) <= 80
    assert text.isascii()
    assert values["headline"] == headline(told) == "2 warnings, 1 late, 2 arrived, no night yet"
    assert values["is_well"] is True
    keys = {f"{one['incident']['kind']}:{one['incident']['subject']}" for one in values["open"]}
    assert keys == {f"feed_late:{STEM}", f"delivery_refused:{STEM}/bb000000"}


def test_a_channel_gets_one_digest_a_morning(settings: Settings, catalogue: Catalogue) -> None:
    stands(settings, LATE)
    assert send_digest(settings, catalogue, SEVEN).channels == ("log",)
    assert send_digest(settings, catalogue, SEVEN + timedelta(hours=20)).channels == ()
    assert send_digest(settings, catalogue, SEVEN + DAY).channels == ("log",)
    first, second = (json.loads(line) for line in log_path(settings).read_text().splitlines())
    assert first["event"] == second["event"] == "digest"
    assert datetime.fromisoformat(second["since"]) == SEVEN


def test_a_digest_that_was_not_taken_is_sent_again_with_the_same_news(
    settings: Settings, catalogue: Catalogue
) -> None:
    stands(settings, LATE)
    log_path(settings).parent.mkdir()
    log_path(settings).mkdir()
    assert send_digest(settings, catalogue, SEVEN).failed == ("log",)
    log_path(settings).rmdir()
    assert send_digest(settings, catalogue, SEVEN + timedelta(hours=1)).channels == ("log",)
