"""Which numbers of several releases are taken for the same count."""

from __future__ import annotations

from insight_pipeline.publication.disclosure.knowledge import ANYTHING
from insight_pipeline.publication.disclosure.versions import Versions

NAME = ("numerator", "kept", "area", "A")


def test_a_count_stays_the_same_while_releases_agree_and_is_known_better() -> None:
    versions = Versions()
    first = versions.tell(NAME, (8, 12))
    assert versions.tell(NAME, ANYTHING) == first
    assert versions.tell(NAME, (10, 14)) == first
    assert versions.known[first] == (10, 12)


def test_a_contradiction_makes_another_version_of_which_nothing_is_known() -> None:
    versions = Versions()
    first = versions.tell(NAME, (8, 12))
    second = versions.tell(NAME, (13, 17))
    assert second != first
    assert versions.known == {first: (8, 12), second: (13, 17)}
    assert versions.tell(NAME, (8, 12)) not in (first, second)


def test_what_is_expected_teaches_nothing() -> None:
    versions = Versions()
    first = versions.tell(NAME, (8, 12))
    assert versions.expect(NAME, (10, 14)) == first
    assert versions.known[first] == (8, 12)
    assert versions.known[versions.expect(NAME, (20, 24))] == ANYTHING


def test_who_takes_a_count_for_revised_needs_no_contradiction() -> None:
    versions = Versions()
    first = versions.tell(NAME, (8, 12))
    assert versions.expect(NAME, (8, 12), is_revised=True) != first
