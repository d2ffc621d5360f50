"""De-duplication: told once, told again rarely or when it gets worse, recovered told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.operations.channel_policy import SEVERITIES, Severity
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.operations.incidents.state import (
    Event,
    Message,
    Telling,
    attempted,
    heard,
    step,
)
from insight_pipeline.operations.incidents.store import IncidentBook
from tests.unit.operations.making import NOW, incident

HOUR = timedelta(hours=1)
PLACES = ("log", "mail")
TELLING = Telling(lambda one: PLACES, frozenset(PLACES), 24 * HOUR)


@dataclass
class Home:
    """A book on disk and what places have taken, in order, with the number of the look."""

    book: IncidentBook = field(default_factory=IncidentBook)
    taken: list[tuple[int, Message]] = field(default_factory=list)
    look: int = 0

    def looks(
        self, found: Iterable[Incident], down: Iterable[str] = (), killed_after: int | None = None
    ) -> None:
        """One look, as telling.py does it; killed before what was sent so many times is saved."""
        now = NOW + self.look * HOUR
        self.look += 1
        self.book, messages = step(self.book, found, now, TELLING)
        for number, place in enumerate(sorted({message.place for message in messages}), start=1):
            news = [message for message in messages if message.place == place]
            self.book = attempted(self.book, news, now)
            if place in down:
                continue
            self.taken += [(self.look, message) for message in news]
            if number == killed_after:
                return
            self.book = heard(self.book, news, now)

    def stories(self) -> dict[tuple[str, str], list[tuple[int, Message]]]:
        told: dict[tuple[str, str], list[tuple[int, Message]]] = {}
        for look, message in self.taken:
            told.setdefault((message.place, message.incident.key), []).append((look, message))
        return told


subjects = st.dictionaries(st.sampled_from("abc"), st.sampled_from(SEVERITIES), max_size=3)
faults = st.tuples(subjects, st.sets(st.sampled_from(PLACES)), st.sampled_from([None, None, 1, 2]))


def found(named: dict[str, Severity]) -> list[Incident]:
    return [incident(subject, severity) for subject, severity in named.items()]


@given(looks=st.lists(subjects, min_size=1, max_size=12))
@settings(deadline=None)
def test_undisturbed_every_incident_is_opened_once_and_recovered_once(
    looks: list[dict[str, Severity]],
) -> None:
    home = Home()
    for named in [*looks, {}]:
        home.looks(found(named))
    for (place, key), story in home.stories().items():
        kinds = [m.event for _, m in story if m.event in (Event.OPENED, Event.RECOVERED)]
        assert kinds == [Event.OPENED, Event.RECOVERED] * (len(kinds) // 2), (place, key)
        assert len({look for look, _ in story}) == len(story), "twice in one look"
    times = sum(
        subject in now and subject not in before
        for before, now in zip([{}, *looks], [*looks, {}], strict=True)
        for subject in "abc"
    )
    opened = [m for _, m in home.taken if m.event is Event.OPENED]
    assert len(opened) == times * len(PLACES)


@given(looks=st.lists(faults, max_size=12))
@settings(deadline=None)
def test_whatever_fails_or_is_killed_nothing_is_lost_and_each_time_repeats_at_most_once(
    looks: list[tuple[dict[str, Severity], set[str], int | None]],
) -> None:
    home, disturbed = Home(), 0
    for named, down, killed_after in looks:
        home.looks(found(named), down, killed_after)
        disturbed += bool(down) or killed_after is not None
    home.looks(last := found({"a": Severity.WARNING}))
    for place in PLACES:
        story = home.stories()[place, last[0].key]
        assert story[-1][1].event is not Event.RECOVERED, "open and not told so"
    home.looks([])
    for story in home.stories().values():
        events = [message.event for _, message in story if message.event is not Event.REMINDER]
        assert events[-1] is Event.RECOVERED, "over and not told so"
        repeats = sum(one is other for one, other in pairwise(events))
        assert repeats <= disturbed
    assert all(not entry.told for entry in home.book.entries.values())


@given(named=subjects, data=st.data())
def test_the_order_in_which_incidents_are_found_changes_nothing(
    named: dict[str, Severity], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(found(named)))
    assert step(IncidentBook(), shuffled, NOW, TELLING) == step(
        IncidentBook(), found(named), NOW, TELLING
    )


def test_an_open_incident_is_told_again_after_the_interval_and_not_before() -> None:
    home = Home()
    for _ in range(50):
        home.looks([incident("a")])
    mine = [(look, m.event) for look, m in home.taken if m.place == "log"]
    assert mine == [(1, Event.OPENED), (25, Event.REMINDER), (49, Event.REMINDER)]


def test_one_that_gets_worse_is_told_at_once_and_one_that_gets_better_is_not() -> None:
    home = Home()
    for severity in (Severity.WARNING, Severity.ERROR, Severity.ERROR, Severity.WARNING):
        home.looks([incident("a", severity)])
    events = [(look, m.event) for look, m in home.taken if m.place == "log"]
    assert events == [(1, Event.OPENED), (2, Event.WORSE)]


def test_other_words_about_the_same_subject_are_no_news() -> None:
    home = Home()
    home.looks([incident("a")])
    home.looks([incident("a").model_copy(update={"found": "one day later than yesterday"})])
    assert len(home.taken) == len(PLACES)
    assert home.book.entries["feed_late:a"].incident.found == "one day later than yesterday"


def test_a_channel_that_was_down_all_the_while_hears_once_that_it_is_over() -> None:
    """Whether it took the first letter is not known: what did not answer may have heard."""
    home = Home()
    home.looks([incident("a")], down=["mail"])
    home.looks([])
    home.looks([])
    assert [(look, m.event) for look, m in home.taken if m.place == "mail"] == [
        (2, Event.RECOVERED)
    ]


def test_a_channel_that_was_down_is_told_of_the_recovery_when_it_is_back() -> None:
    home = Home()
    home.looks([incident("a")])
    home.looks([], down=["mail"])
    home.looks([])
    assert [(look, m.event) for look, m in home.taken if m.place == "mail"] == [
        (1, Event.OPENED),
        (3, Event.RECOVERED),
    ]


def test_a_channel_that_is_taken_out_of_the_policy_is_waited_for_no_longer() -> None:
    home = Home()
    home.looks([incident("a")])
    fewer = Telling(lambda one: ("log",), frozenset({"log"}), 24 * HOUR)
    book, messages = step(home.book, [], NOW + HOUR, fewer)
    assert [message.place for message in messages] == ["log"]
    over = heard(book, messages, NOW + HOUR)
    later, _ = step(over, [], NOW + timedelta(days=9), fewer)
    assert later.entries == {}


def test_one_that_opens_again_is_open_since_then() -> None:
    home = Home()
    for found_now in ([incident("a")], [], [incident("a")]):
        home.looks(found_now)
    assert home.book.entries["feed_late:a"].opened_at == NOW + 2 * HOUR
    assert home.book.entries["feed_late:a"].is_open
