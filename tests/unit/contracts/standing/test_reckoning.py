"""The dataset as it stands is a function of the set of deliveries, never of how they arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.standing import replacing
from insight_pipeline.contracts.standing.accounts import (
    PROVENANCE,
    accepted_columns,
    current_path,
    read_accounts,
)
from insight_pipeline.contracts.standing.reckoning import bring_up_to_date
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import STEM, contract, home
from tests.unit.contracts.sent import COLUMNS, MODES, Sent, judged, promise, reckon, stands


@pytest.fixture
def options(tmp_path: Path) -> Settings:
    return home(tmp_path)


A = Sent("a", (("1", "old"), ("2", "old")), day=0)
B = Sent("b", (("2", "new"), ("3", "new")), day=1)
NEXT = Sent("n", (("2", "next"),), day=2, quarter=2)


def test_upsert_replaces_rows_of_equal_key(options: Settings) -> None:
    reckon(options, "upsert", [A, B])
    assert stands(options) == [("a", "1", "old"), ("b", "2", "new"), ("b", "3", "new")]


def test_replace_period_replaces_the_delivery_of_the_same_period(options: Settings) -> None:
    reckon(options, "replace_period", [A, B, NEXT])
    assert stands(options) == [("b", "2", "new"), ("b", "3", "new"), ("n", "2", "next")]


def test_periods_that_share_their_first_day_only_are_two_periods(options: Settings) -> None:
    month, quarter = Sent("m", (("1", "m"),), days=30), Sent("q", (("1", "q"),), day=1)
    assert month.period[0] == quarter.period[0]
    reckon(options, "replace_period", [month, quarter])
    assert len(stands(options)) == 2


def test_replace_keeps_the_latest_delivery_only(options: Settings) -> None:
    reckon(options, "replace", [A, NEXT, B])
    assert stands(options) == [("n", "2", "next")]


def test_append_adds(options: Settings) -> None:
    reckon(options, "append", [A, B])
    assert len(stands(options)) == 4


@pytest.mark.parametrize("mode", ["replace_period", "replace"])
def test_a_later_delivery_without_rows_replaces_too(options: Settings, mode: str) -> None:
    empty = Sent("e", (), day=5)
    accounts = reckon(options, mode, [A, empty], minShareOfLast=0)
    assert stands(options) == []
    assert [(a.accepted, a.superseded) for a in accounts.deliveries] == [(0, 2), (0, 0)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("outcome", ["refused", "error"])
def test_a_delivery_that_was_not_accepted_replaces_nothing(
    options: Settings, mode: str, outcome: str
) -> None:
    reckon(options, mode, [A, Sent("x", (("1", "bad"),), day=9, outcome=outcome)])
    assert stands(options) == [("a", "1", "old"), ("a", "2", "old")]


def test_rows_without_a_key_never_replace_each_other(options: Settings) -> None:
    reckon(options, "upsert", [Sent("a", ((None, "x"), (None, "y")))])
    assert stands(options) == [("a", None, "x"), ("a", None, "y")]


def test_of_two_submissions_at_one_moment_one_wins_always(tmp_path: Path) -> None:
    twins = [Sent("p", (("1", "p"),)), Sent("q", (("1", "q"),))]
    found = set()
    for number, order in enumerate(permutations(twins)):
        place = home(tmp_path / str(number))
        reckon(place, "upsert", order)
        found.add(str(stands(place)))
    assert len(found) == 1


def test_accounts_say_how_each_delivery_fares(options: Settings) -> None:
    verdicts = [judged(options, A, quarantined=3, rejected=1), judged(options, B)]
    accounts, _ = bring_up_to_date(promise("upsert"), verdicts, options)
    first, second = accounts.deliveries
    assert (first.received, first.accepted, first.superseded) == (6, 1, 1)
    assert (first.quarantined, first.rejected) == (3, 1)
    assert (second.received, second.accepted, second.superseded) == (2, 2, 0)
    assert (first.provider, first.period_from) == ("brightcare", date(2025, 1, 1))
    assert read_accounts(options, STEM) == accounts


def test_a_verdict_that_does_not_add_up_stops_the_feed_and_the_accounts_stand(
    options: Settings,
) -> None:
    good = reckon(options, "upsert", [A])
    wrong = judged(options, B).model_copy(update={"received": 3})
    with pytest.raises(InsightError, match="received = accepted"):
        bring_up_to_date(promise("upsert"), [judged(options, A), wrong], options)
    assert read_accounts(options, STEM) == good


def test_a_feed_that_stops_keeps_its_last_good_state(options: Settings) -> None:
    reckon(options, "upsert", [A])
    before = stands(options)
    wrong = judged(options, B).model_copy(update={"received": 3})
    with pytest.raises(InsightError):
        bring_up_to_date(promise("upsert"), [judged(options, A), wrong], options)
    assert stands(options) == before


def test_nothing_received_is_an_empty_dataset_of_the_promised_columns(options: Settings) -> None:
    accounts = reckon(options, "upsert", [])
    assert accounts.deliveries == ()
    frame = pl.read_parquet(current_path(options, STEM))
    assert (frame.height, frame.columns) == (0, list(accepted_columns(promise("upsert"))))
    assert list(accepted_columns(promise("upsert"))) == ["Ref", "Value", *PROVENANCE]


def test_nothing_is_written_again_when_nothing_changed(options: Settings) -> None:
    verdicts = [judged(options, A), judged(options, B)]
    _, first = bring_up_to_date(promise("upsert"), verdicts, options)
    inode = current_path(options, STEM).stat().st_ino
    _, second = bring_up_to_date(promise("upsert"), verdicts[::-1], options)
    assert (first, second) == (True, False)
    assert current_path(options, STEM).stat().st_ino == inode


def test_a_changed_contract_or_verdict_is_a_change(options: Settings) -> None:
    bring_up_to_date(promise("upsert"), [judged(options, A)], options)
    other = contract(*COLUMNS, mode="upsert", mark="contract 2")
    assert bring_up_to_date(other, [judged(options, A)], options)[1]
    assert bring_up_to_date(other, [judged(options, A), judged(options, B)], options)[1]
    assert bring_up_to_date(other, [judged(options, A)], options)[1]


def test_a_lost_file_is_made_again(options: Settings) -> None:
    reckon(options, "upsert", [A])
    current_path(options, STEM).unlink()
    reckon(options, "upsert", [A])
    assert len(stands(options)) == 2


def test_a_delivery_judged_again_after_an_engine_failure_counts(options: Settings) -> None:
    failed = judged(options, Sent("a", A.rows, outcome="error"))
    bring_up_to_date(promise("upsert"), [failed], options)
    assert stands(options) == []
    accounts, changed = bring_up_to_date(promise("upsert"), [judged(options, A)], options)
    assert changed
    assert [account.outcome for account in accounts.deliveries] == ["accepted"]
    assert len(stands(options)) == 2


def held_back(mode: str, standing: Sequence[Sent], one: Sent) -> set[str]:
    """The delivery itself where it would replace the last one of its scope by less than half."""
    scope = {
        "replace": list(standing),
        "replace_period": [other for other in standing if other.period == one.period],
    }.get(mode, [])
    return {one.name} if scope and 2 * len(one.rows) < len(scope[-1].rows) else set()


def oracle(mode: str, sent: Sequence[Sent]) -> list[tuple[object, ...]]:
    """The same said plainly: deliveries in order of submission, each doing what its mode says."""
    rows: list[tuple[Sent, str | None, str | None]] = []
    standing: list[Sent] = []
    for one in sorted(sent, key=lambda one: (one.day, one.name)):
        if one.outcome != "accepted" or one.name in held_back(mode, standing, one):
            continue
        standing.append(one)
        keys = {key for key, _ in one.rows}
        if mode == "upsert":
            rows = [row for row in rows if row[1] not in keys]
        elif mode == "replace_period":
            rows = [row for row in rows if row[0].period != one.period]
        elif mode == "replace":
            rows = []
        rows += [(one, key, value) for key, value in one.rows]
    return sorted(((one.name, key, value) for one, key, value in rows), key=str)


def deliveries() -> st.SearchStrategy[list[Sent]]:
    """Up to five deliveries; of one delivery, each key once (the judge sees to that)."""
    rows = st.dictionaries(st.sampled_from("12345"), st.sampled_from("xyz"), min_size=1, max_size=3)
    one = st.tuples(
        rows, st.integers(0, 3), st.integers(1, 2), st.sampled_from(["accepted"] * 3 + ["refused"])
    )
    return st.lists(one, max_size=5).map(
        lambda drawn: [
            Sent(f"d{n}", tuple(rows.items()), day, quarter, outcome)
            for n, (rows, day, quarter, outcome) in enumerate(drawn)
        ]
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.data(), deliveries(), st.sampled_from(MODES))
def test_what_stands_does_not_depend_on_order_or_night_of_arrival(
    data: st.DataObject, sent: list[Sent], mode: str
) -> None:
    with TemporaryDirectory() as folder:
        options = home(Path(folder))
        arrived: list[Sent] = []
        for one in data.draw(st.permutations(sent)):
            arrived.append(one)
            if data.draw(st.booleans()):
                reckon(options, mode, arrived)
        accounts = reckon(options, mode, arrived)
        undisturbed = home(Path(folder) / "undisturbed")
        assert accounts == reckon(undisturbed, mode, sent)
        assert current_path(options, STEM).read_bytes() == (
            current_path(undisturbed, STEM).read_bytes()
        )
        assert stands(options) == oracle(mode, sent)
        assert all(account.balances for account in accounts.deliveries)
        assert sum(account.accepted for account in accounts.deliveries) == len(stands(options))
        assert [a.delivery_id for a in accounts.deliveries] == [
            one.name for one in sorted(sent, key=lambda one: (one.day, one.name))
        ]


def test_a_failed_write_leaves_what_stood(
    options: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckon(options, "upsert", [A])
    before = stands(options)
    monkeypatch.setattr(replacing, "_latest", lambda made, rows: "select * from nowhere")
    with pytest.raises(Exception, match="nowhere"):
        reckon(options, "upsert", [A, B])
    assert stands(options) == before
