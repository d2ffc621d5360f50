"""Five parts, all faults collected, raised once."""

from __future__ import annotations

import pytest

from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all


def fault(where: str) -> Fault:
    return Fault(where, "a column", "none", "the file is not used", "add the column")


def test_a_fault_says_its_five_parts() -> None:
    words = str(fault("members.csv"))
    for part in ("members.csv", "a column", "none", "the file is not used", "add the column"):
        assert part in words


def test_every_fault_is_raised_at_once_in_one_order_and_once_each() -> None:
    with pytest.raises(InsightError) as caught:
        raise_all(iter([fault("b"), fault("a"), fault("b")]))
    assert caught.value.faults == (fault("a"), fault("b"))
    assert "a\n" in str(caught.value)
    assert "b\n" in str(caught.value)


def test_no_fault_raises_nothing() -> None:
    raise_all([])


def test_the_nearest_known_word_is_offered() -> None:
    assert nearest("titel", ["owner", "title", "tests"]) == "did you mean 'title'?"


def test_the_offer_does_not_depend_on_the_order_of_the_known_words() -> None:
    known = ["area_name", "area_code", "area_type"]
    assert nearest("area_c", known) == nearest("area_c", reversed(known))


def test_a_word_like_nothing_known_is_offered_nothing() -> None:
    assert nearest("zzz", ["owner", "title"]) == "nothing similar is known"
    assert nearest("title", []) == "nothing similar is known"
