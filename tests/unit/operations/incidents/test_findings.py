"""Which incidents follow from how the stores stand and how the nights went."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from insight_pipeline.operations.channel_policy import Severity
from insight_pipeline.operations.facts import Facts
from insight_pipeline.operations.incidents.findings import incidents_of
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.operations.incidents.store import Entry, IncidentBook
from insight_pipeline.operations.nights import NightFault, Outcome
from insight_pipeline.operations.policy import Incidents, OperationsPolicy, Timetable
from tests.unit.operations.making import NOW, STEM, delivery, facts, feed, incident, night

POLICY = OperationsPolicy()
TONIGHT = datetime(2026, 7, 15, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def found(
    known: Facts, now: datetime = NOW, policy: OperationsPolicy = POLICY
) -> dict[str, Incident]:
    return {one.key: one for one in incidents_of(known, policy, now)}


def test_a_home_that_never_ran_has_promised_nothing() -> None:
    assert found(facts()) == {}


def test_after_a_good_night_nothing_is_open() -> None:
    assert found(facts(night(TONIGHT - DAY), night(TONIGHT))) == {}


def test_a_night_that_failed_is_an_error_with_its_steps_until_one_succeeds() -> None:
    bad = night(TONIGHT, Outcome.FAILED, steps=("warehouse",))
    (one,) = found(facts(night(TONIGHT - DAY), bad)).values()
    assert (one.key, one.severity) == ("night_failed:the night", Severity.ERROR)
    assert "warehouse" in one.found
    assert found(facts(bad, night(TONIGHT + timedelta(hours=1)))) == {}


def test_a_night_with_a_start_and_no_end_whose_process_is_gone_was_killed() -> None:
    (one,) = found(facts(night(TONIGHT - DAY), night(TONIGHT, None))).values()
    assert one.key == "night_killed:the night"
    assert "ended without an end" in one.found


def test_a_night_that_is_still_at_work_was_not_killed() -> None:
    now = TONIGHT + timedelta(minutes=20)
    assert found(facts(night(TONIGHT - DAY), night(TONIGHT, None), is_held=True), now) == {}


def test_a_run_of_the_daemon_has_a_few_minutes_to_take_hold_of_the_home() -> None:
    begun = facts(night(TONIGHT - DAY), night(TONIGHT, None, by="daemon"))
    assert found(begun, TONIGHT + timedelta(minutes=2)) == {}
    assert "night_killed:the night" in found(begun, TONIGHT + timedelta(minutes=6))


def test_a_night_at_work_for_too_long_is_said_and_the_one_before_still_counts() -> None:
    before = night(TONIGHT - DAY, Outcome.FAILED)
    keys = found(facts(before, night(TONIGHT, None), is_held=True)).keys()
    assert keys == {"night_long:the night", "night_failed:the night"}


@pytest.mark.parametrize(("hours_after_due", "is_missed"), [(2, False), (4, True)])
def test_a_night_that_did_not_start_is_missed_after_the_grace(
    hours_after_due: int, is_missed: bool
) -> None:
    now = TONIGHT + timedelta(hours=hours_after_due)
    keys = found(facts(night(TONIGHT - DAY)), now).keys()
    assert ("night_missed:the night" in keys) == is_missed


@pytest.mark.parametrize(
    ("started", "next_due"),
    [
        # 01:30 in London: skipped, so at the jump; the next in summer time.
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
        # Twice, so the first time; the next in winter time.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_change_of_the_clock_misses_no_night_and_hides_none(
    started: datetime, next_due: datetime
) -> None:
    policy = OperationsPolicy(night=Timetable(cron="30 1 * * *"))
    known = facts(night(started - DAY), night(started))
    for minutes in range(0, 48 * 60, 30):
        now = started + timedelta(minutes=minutes)
        is_missed = "night_missed:the night" in found(known, now, policy)
        assert is_missed == (now >= next_due + timedelta(hours=3)), now


def test_a_home_whose_first_night_is_younger_than_the_timetable_missed_none() -> None:
    assert found(facts(night(NOW - timedelta(minutes=30)))) == {}


def test_failed_checks_become_the_incident_they_mean() -> None:
    checks = (
        (f"accepted.{STEM}", "promise_is_kept"),
        (f"accepted.{STEM}", "received_equals_its_parts"),
        (f"accepted.{STEM}", "every_rule_could_run"),
        (f"feedback.{STEM}", "every_delivery_is_answered"),
        ("identity.person", "ids_stay_with_their_people"),
        ("core.dim_citizen", "unique_citizen_id"),
    )
    known = found(facts(night(TONIGHT, checks=checks)))
    assert known.keys() == {
        f"feed_engine:{STEM}",
        f"feedback_unwritten:{STEM}",
        "linkage_churn:linkage",
        "check_failed:core.dim_citizen: unique_citizen_id",
    }
    assert known[f"feed_engine:{STEM}"].provider == "activelife"


def test_a_failed_night_does_not_take_back_what_the_night_before_found() -> None:
    before = night(TONIGHT - DAY, checks=(("core.dim_citizen", "unique_citizen_id"),))
    keys = found(facts(before, night(TONIGHT, Outcome.FAILED))).keys()
    assert keys == {"night_failed:the night", "check_failed:core.dim_citizen: unique_citizen_id"}


def test_a_release_that_is_refused_is_named_besides_the_night() -> None:
    keys = found(facts(night(TONIGHT, Outcome.FAILED, steps=("publication",)))).keys()
    assert keys == {"night_failed:the night", "release_refused:publication"}


def test_servers_and_drops_of_the_last_night_are_told_apart() -> None:
    words = {"expected": "e", "found": "f", "consequence": "c", "next_step": "n"}
    places = ("server drops of wellpath", "inbox/youthworks (drop 01234567)")
    broken = tuple(NightFault(where=where, **words) for where in places)
    known = found(facts(night(TONIGHT, faults=broken)))
    assert {(one.kind, one.provider) for one in known.values()} == {
        ("server_unreachable", "wellpath"),
        ("drop_unreadable", "youthworks"),
    }


def test_a_refused_delivery_is_open_until_its_period_is_accepted() -> None:
    refused = delivery("aa", outcome="refused")
    assert f"delivery_refused:{STEM}/aa000000" in found(facts(feeds=(feed(refused),)))
    later = delivery("bb").model_copy(update={"submitted_at": NOW - 60 * DAY})
    assert found(facts(feeds=(feed(refused, later),)), NOW - 30 * DAY) == {}


def test_a_held_delivery_waits_for_approval_by_name() -> None:
    known = found(facts(feeds=(feed(delivery("aa", outcome="held")),)))
    assert "approve" in known[f"delivery_held:{STEM}/aa000000"].next_step


def test_a_late_feed_is_one_incident_that_turns_into_an_error() -> None:
    fed = feed(delivery("aa", date(2026, 3, 31)))
    due = datetime(2026, 7, 14, tzinfo=UTC)
    assert f"feed_late:{STEM}" not in found(facts(feeds=(fed,)), due)
    late = found(facts(feeds=(fed,)), due + DAY)[f"feed_late:{STEM}"]
    assert (late.severity, late.since) == (Severity.WARNING, due + DAY)
    assert "1 days beyond" in late.found
    much = found(facts(feeds=(fed,)), due + 31 * DAY)[f"feed_late:{STEM}"]
    assert (much.severity, much.since, much.key) == (Severity.ERROR, late.since, late.key)


def test_much_quarantine_and_an_unusual_volume_of_the_newest_delivery_are_said() -> None:
    ends = [date(2024, m, d) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))]
    ends += [day.replace(year=2025) for day in ends]
    past = [delivery(f"d{n}", day) for n, day in enumerate(ends)]
    odd = delivery("ff", date(2026, 3, 31), received=20, quarantined=5)
    keys = found(facts(feeds=(feed(*past, odd),)), datetime(2026, 5, 1, tzinfo=UTC)).keys()
    assert keys == {f"feed_quarantine:{STEM}", f"feed_volume:{STEM}"}


def test_a_contracts_own_address_answers_where_the_policy_asks_for_it() -> None:
    known = facts(feeds=(feed(delivery("aa", outcome="held")),))
    theirs = OperationsPolicy(incidents=Incidents(owner_of_provider_trouble="contract"))
    (ours,), (own,) = found(known).values(), found(known, policy=theirs).values()
    assert ours.owner == "team:data-engineering"
    assert own.owner == known.feeds[0].contract.owner
    assert "@" in own.owner


@pytest.mark.parametrize(("free", "is_short"), [(4_999_999_999, True), (5_000_000_000, False)])
def test_too_little_room_on_the_disk_is_an_error(free: int, is_short: bool) -> None:
    assert ("disk_space:home folder" in found(facts(free_bytes=free))) == is_short


def test_a_store_that_cannot_be_read_is_named_and_hides_no_incident_as_recovered() -> None:
    held = incident(STEM)
    other = incident("newleaf__treatment_journeys")
    book = IncidentBook(
        entries={one.key: Entry(incident=one, opened_at=NOW) for one in (held, other)}
    )
    known = found(facts(book=book, broken={f"accepted/{STEM}": "bytes that are not UTF-8"}))
    assert known.keys() == {f"store_broken:accepted/{STEM}", held.key}


def test_a_channel_that_fails_is_an_incident_of_its_owner() -> None:
    book = IncidentBook(failing={"log": NOW, "gone from the policy": NOW})
    (one,) = found(facts(book=book)).values()
    assert (one.key, one.owner) == ("channel_failed:log", "team:data-engineering")


def test_errors_come_first() -> None:
    fed = feed(delivery("aa", outcome="held"))
    severities = [
        one.severity for one in incidents_of(facts(feeds=(fed,), free_bytes=1), POLICY, NOW)
    ]
    assert severities == [Severity.ERROR, Severity.WARNING]
