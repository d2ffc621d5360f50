"""What a delivery is recognised as follows from the set of deliveries and what they declare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.promise.contract import ServiceLevels
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.contracts.standing.notices import NOTICES, notice
from insight_pipeline.contracts.standing.reckoning import bring_up_to_date
from insight_pipeline.contracts.standing.recognition import with_repeats
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import STEM, home
from tests.unit.contracts.sent import MODES, Sent, judged, noticed, promise, reckon, stands


@pytest.fixture
def options(tmp_path: Path) -> Settings:
    return home(tmp_path)


def rows(*keys: str, value: str = "x") -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key in keys)


TEN = Sent("a", rows(*"0123456789"))
FOUR = Sent("b", rows(*"0123"), day=1)
WHOLE_MODES = ["replace_period", "replace"]


@pytest.mark.parametrize("mode", WHOLE_MODES)
def test_a_delivery_with_less_than_half_of_what_it_replaces_is_held(
    options: Settings, mode: str
) -> None:
    first, second = reckon(options, mode, [TEN, FOUR]).deliveries
    assert (second.outcome, second.notices) == ("held", ("shrunken",))
    assert (second.accepted, second.quarantined, second.received) == (0, 4, 4)
    assert (first.accepted, first.superseded) == (10, 0)
    assert {row[0] for row in stands(options)} == {"a"}


@pytest.mark.parametrize("mode", WHOLE_MODES)
def test_exactly_half_is_enough(options: Settings, mode: str) -> None:
    half = Sent("b", rows(*"01234"), day=1)
    assert reckon(options, mode, [TEN, half]).deliveries[1].outcome == "accepted"


@pytest.mark.parametrize("mode", WHOLE_MODES)
def test_an_approved_one_stands_and_says_so(options: Settings, mode: str) -> None:
    reckon(options, mode, [TEN, FOUR])
    first, second = reckon(options, mode, [TEN, FOUR], approved=["b"]).deliveries
    assert (second.outcome, second.accepted) == ("accepted", 4)
    assert set(second.notices) == {"approved", "full_replacement"}
    assert (first.superseded, first.notices) == (10, ("stale",))


@pytest.mark.parametrize("mode", WHOLE_MODES)
def test_a_held_delivery_is_no_yardstick_for_the_next(options: Settings, mode: str) -> None:
    three = Sent("c", rows(*"012"), day=2)
    accounts = reckon(options, mode, [TEN, FOUR, three])
    assert [account.outcome for account in accounts.deliveries] == ["accepted", "held", "held"]
    accounts = reckon(options, mode, [TEN, FOUR, three], approved=["b"])
    assert [account.outcome for account in accounts.deliveries] == ["accepted"] * 3


def test_what_a_delivery_shrank_from_is_its_own_period(options: Settings) -> None:
    other = Sent("b", rows(*"01"), day=1, quarter=2)
    assert reckon(options, "replace_period", [TEN, other]).deliveries[1].outcome == "accepted"
    assert (
        reckon(options, "replace", [TEN, other], mark="contract 2").deliveries[1].outcome == "held"
    )


@pytest.mark.parametrize("mode", ["upsert", "append"])
def test_what_takes_nothing_away_never_shrinks(options: Settings, mode: str) -> None:
    accounts = reckon(options, mode, [TEN, FOUR])
    assert [account.outcome for account in accounts.deliveries] == ["accepted", "accepted"]


def test_the_contract_says_how_much_is_too_little(options: Settings) -> None:
    accounts = reckon(options, "replace", [TEN, FOUR], minShareOfLast=0.4)
    assert accounts.deliveries[1].outcome == "accepted"


def test_the_share_of_the_last_delivery_is_reckoned_exactly(options: Settings) -> None:
    hundred = Sent("a", rows(*map(str, range(100))), day=0)
    seven = Sent("b", rows(*"1234567"), day=1)
    accounts = reckon(options, "replace", [hundred, seven], minShareOfLast=0.07)
    assert accounts.deliveries[1].outcome == "accepted"


@pytest.mark.parametrize("mode", MODES)
def test_a_delivery_about_an_earlier_period_than_one_before_it_is_out_of_order(
    options: Settings, mode: str
) -> None:
    later = Sent("a", rows("1"), day=0, quarter=2)
    earlier = Sent("b", rows("2"), day=1, quarter=1)
    found = noticed(reckon(options, mode, [later, earlier]))
    assert "out_of_order" in found["b"]
    assert "out_of_order" not in found["a"]


def test_deliveries_submitted_at_one_moment_are_in_order(options: Settings) -> None:
    quarters = [Sent("a", rows("1"), quarter=2), Sent("b", rows("2"), quarter=1)]
    assert noticed(reckon(options, "upsert", quarters)) == {"a": set(), "b": set()}


def test_a_refused_delivery_makes_no_other_one_out_of_order(options: Settings) -> None:
    refused = Sent("a", rows("1"), quarter=2, outcome="refused")
    found = noticed(reckon(options, "upsert", [refused, Sent("b", rows("2"), day=1)]))
    assert found["b"] == set()


@pytest.mark.parametrize(("day", "late"), [(14, False), (15, True)])
def test_late_is_after_the_last_agreed_day(options: Settings, day: int, late: bool) -> None:
    agreed = replace(promise("upsert"), service_levels=ServiceLevels(latency_days=14))
    first = date(2025, 4, 1)
    sent = Sent("a", rows("1"), day=day, days=(first - date(2025, 1, 1)).days)
    accounts, _ = bring_up_to_date(agreed, [judged(options, sent)], options)
    assert ("late" in accounts.deliveries[0].notices) is late


def test_without_an_agreed_day_nothing_is_late(options: Settings) -> None:
    assert noticed(reckon(options, "upsert", [Sent("a", rows("1"), day=900)])) == {"a": set()}


def test_an_upsert_that_leaves_rows_of_its_period_is_a_partial_top_up(options: Settings) -> None:
    top_up = Sent("b", rows("1", "new"), day=1)
    found = noticed(reckon(options, "upsert", [TEN, top_up]))
    assert found == {"a": set(), "b": {"partial_top_up"}}


def test_an_upsert_that_replaces_every_row_of_its_period_is_a_full_replacement(
    options: Settings,
) -> None:
    whole = Sent("b", rows(*"0123456789", "new"), day=1)
    found = noticed(reckon(options, "upsert", [TEN, whole]))
    assert found == {"a": {"stale"}, "b": {"full_replacement"}}


def test_an_upsert_is_held_against_all_before_it_in_its_period(options: Settings) -> None:
    parts = [
        Sent("a", rows("1", "2")),
        Sent("b", rows("3"), day=1),
        Sent("c", rows("1", "2"), day=2),
        Sent("d", rows("1", "2", "3"), day=3),
    ]
    found = noticed(reckon(options, "upsert", parts))
    assert "partial_top_up" in found["b"]
    assert "partial_top_up" in found["c"], "it leaves row 3 of delivery b"
    assert "full_replacement" in found["d"]


def test_a_row_without_a_key_cannot_be_replaced(options: Settings) -> None:
    keyless = Sent("a", ((None, "x"), ("1", "x")))
    found = noticed(reckon(options, "upsert", [keyless, Sent("b", rows("1"), day=1)]))
    assert "partial_top_up" in found["b"]


def test_an_upsert_of_another_period_is_neither(options: Settings) -> None:
    found = noticed(reckon(options, "upsert", [TEN, Sent("b", rows("1"), day=1, quarter=2)]))
    assert found == {"a": set(), "b": set()}


KEYS = st.sets(st.sampled_from(["1", "2", "3", "4"]), max_size=4)


@given(st.lists(st.tuples(KEYS, st.booleans(), st.integers(1, 2)), max_size=5))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_partial_and_full_are_what_comparing_keys_by_hand_says(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[set[str], bool, int]]
) -> None:
    options = home(tmp_path_factory.mktemp("home"))
    sent = [
        Sent(
            f"d{n}",
            (*rows(*sorted(keys)), *([(None, "x")] if keyless else [])),
            day=n,
            quarter=quarter,
        )
        for n, (keys, keyless, quarter) in enumerate(drawn)
    ]
    found = noticed(reckon(options, "upsert", sent))
    for n, one in enumerate(sent):
        earlier = [row for other in sent[:n] if other.quarter == one.quarter for row in other.rows]
        keys = {key for key, _ in one.rows} - {None}
        whole = {key for key, _ in earlier} <= keys
        expected = ({"full_replacement"} if whole else {"partial_top_up"}) if earlier else set()
        assert found[one.name] & {"full_replacement", "partial_top_up"} == expected


@pytest.mark.parametrize("mode", WHOLE_MODES)
def test_in_modes_that_replace_whole_the_earlier_one_is_stale(options: Settings, mode: str) -> None:
    found = noticed(reckon(options, mode, [TEN, Sent("b", rows(*"56789"), day=1)]))
    assert found == {"a": {"stale"}, "b": {"full_replacement"}}


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_periods_that_overlap_the_later_one_says_so(options: Settings, order: int) -> None:
    quarter = Sent("a", rows("1"))
    part = Sent("b", rows("2"), day=1, days=30)
    apart = Sent("c", rows("3"), day=2, quarter=3)
    found = noticed(reckon(options, "replace_period", [quarter, part, apart][::order]))
    assert found == {"a": set(), "b": {"overlapping_period", "out_of_order"}, "c": set()}


def test_what_no_longer_stands_overlaps_nothing(options: Settings) -> None:
    month = Sent("a", rows("1"), days=30)
    emptied = Sent("b", (), day=1, days=30)
    quarter = Sent("c", rows("2"), day=2)
    sent = [month, emptied, quarter]
    found = noticed(reckon(options, "replace_period", sent, minShareOfLast=0))
    assert found["c"] == set()
    held = noticed(reckon(options, "replace_period", sent, mark="contract 2"))
    assert "overlapping_period" in held["c"], "the month stands, as the empty one is held"


@pytest.mark.parametrize("mode", ["upsert", "replace", "append"])
def test_overlapping_periods_are_told_only_where_periods_are_replaced(
    options: Settings, mode: str
) -> None:
    sent = [Sent("a", rows("1")), Sent("b", rows("2"), day=1, days=30)]
    found = noticed(reckon(options, mode, sent))
    assert "overlapping_period" not in found["b"]


@pytest.mark.parametrize("code", ["stale", "tied"])
def test_nobody_is_told_to_send_the_very_same_file_again(code: str) -> None:
    hint = notice(code).hint
    assert "a file that differs" in hint
    assert "The very same file keeps" in hint


def test_appended_deliveries_replace_nothing(options: Settings) -> None:
    assert noticed(reckon(options, "append", [TEN, FOUR])) == {"a": set(), "b": set()}


def test_two_contents_of_one_moment_are_tied(options: Settings) -> None:
    found = noticed(reckon(options, "upsert", [TEN, Sent("b", rows("1"))]))
    assert all("tied" in codes for codes in found.values())


@pytest.mark.parametrize(
    ("rule", "code"), [("declared_period", "wrong_period"), ("contract_version", "wrong_version")]
)
def test_a_wrong_declaration_has_a_code_of_its_own(options: Settings, rule: str, code: str) -> None:
    sent = Sent("a", rows("1"), outcome="refused", broken=(rule,))
    assert noticed(reckon(options, "upsert", [sent])) == {"a": {code}}


def test_a_repeat_is_told_and_changes_nothing_that_stands(options: Settings) -> None:
    verdicts = [judged(options, TEN)]
    once, _ = bring_up_to_date(promise("upsert"), verdicts, options, drops={"a": 1})
    written = (options.accepted / STEM / "current.parquet").stat().st_mtime_ns
    twice, changed = bring_up_to_date(promise("upsert"), verdicts, options, drops={"a": 2})
    assert (noticed(once), noticed(twice), changed) == ({"a": set()}, {"a": {"duplicate"}}, True)
    assert twice.fingerprint == once.fingerprint, "nothing downstream is made again"
    assert (options.accepted / STEM / "current.parquet").stat().st_mtime_ns == written
    assert read_accounts(options, STEM) == twice
    assert not bring_up_to_date(promise("upsert"), verdicts, options, drops={"a": 2})[1]


def test_a_repeat_that_is_no_more_is_told_no_more() -> None:
    assert with_repeats(("duplicate", "late", "same_content"), 1, same_content=False) == ("late",)


SENT = [TEN, FOUR, Sent("c", rows(*"012345678"), day=2), Sent("d", rows("9"), day=3, quarter=2)]
# Each delivery in each place, and any two of them both ways round.
TURNED = [row[n:] + row[:n] for row in (SENT, SENT[::-1]) for n in range(len(SENT))]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "orders",
    [
        pytest.param(TURNED, id="eight orders"),
        pytest.param(list(permutations(SENT)), id="every order", marks=pytest.mark.slow),
    ],
)
def test_notices_and_accounts_do_not_depend_on_order(
    tmp_path: Path, mode: str, orders: list[Sequence[Sent]]
) -> None:
    found = set()
    for number, order in enumerate(orders):
        options = home(tmp_path / str(number))
        for night in range(2, len(order) + 1):
            accounts = reckon(options, mode, order[:night])
        found.add(accounts.model_dump_json())
    assert len(found) == 1


def test_every_code_has_words_and_a_hint() -> None:
    for code, words in NOTICES.items():
        assert words.sentence.endswith(".")
        assert words.hint.endswith(".")
        assert notice(code) is words
    assert notice("drift.event_type") is NOTICES["drift"]


NOTHING = Sent("b", (), day=1, quarter=2)


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_delivery_after_one_with_rows_is_held_whatever_its_period(
    options: Settings, mode: str
) -> None:
    accounts = reckon(options, mode, [TEN, NOTHING])
    assert [account.outcome for account in accounts.deliveries] == ["accepted", "held"]
    assert "empty" in noticed(accounts)["b"]
    assert {row[0] for row in stands(options)} == {"a"}


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_delivery_stands_once_somebody_says_it_is_right(
    options: Settings, mode: str
) -> None:
    accounts = reckon(options, mode, [TEN, NOTHING], approved=["b"])
    assert accounts.deliveries[1].outcome == "accepted"
    assert "approved" in noticed(accounts)["b"]


def test_a_feed_of_few_rows_may_have_none(options: Settings) -> None:
    nine = Sent("a", rows(*"012345678"))
    assert reckon(options, "upsert", [nine, NOTHING]).deliveries[1].outcome == "accepted"
    first = reckon(options, "upsert", [NOTHING], mark="contract 2").deliveries
    assert first[0].outcome == "accepted"


def test_a_contract_may_let_a_feed_fall_to_nothing(options: Settings) -> None:
    accounts = reckon(options, "upsert", [TEN, NOTHING], minShareOfLast=0)
    assert accounts.deliveries[1].outcome == "accepted"


def test_a_held_empty_delivery_is_no_yardstick_for_the_next_empty_one(options: Settings) -> None:
    third = Sent("c", (), day=2, quarter=3)
    accounts = reckon(options, "upsert", [TEN, NOTHING, third])
    assert [account.outcome for account in accounts.deliveries] == ["accepted", "held", "held"]
