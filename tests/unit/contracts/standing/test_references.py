"""Rows that refer to another dataset wait for it and are released by it, never resubmitted."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.promise.contract import Contract, Reference
from insight_pipeline.contracts.standing.accounts import Accounts
from insight_pipeline.contracts.standing.reckoning import bring_up_to_date
from insight_pipeline.contracts.standing.references import REFERENCES
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import STEM, home
from tests.unit.contracts.sent import MODES, Sent, judged, promise, stands

PARENT = "brightcare__people"
TO_PEOPLE = Reference("Value", PARENT, "Ref", Severity.RECORD)


@pytest.fixture
def options(tmp_path: Path) -> Settings:
    return home(tmp_path)


def referring(mode: str = "upsert", *references: Reference) -> Contract:
    return replace(promise(mode), references=references or (TO_PEOPLE,))


def parents(options: Settings, *sent: Sent) -> Accounts:
    contract = replace(promise("upsert"), stem=PARENT)
    verdicts = [judged(options, one, stem=PARENT) for one in sent]
    return bring_up_to_date(contract, verdicts, options)[0]


def children(options: Settings, *sent: Sent, contract: Contract | None = None) -> Accounts:
    verdicts = [judged(options, one) for one in sent]
    return bring_up_to_date(contract or referring(), verdicts, options)[0]


def listed(options: Settings) -> list[tuple[object, ...]]:
    return pl.read_parquet(options.accepted / STEM / REFERENCES).rows()


ANN = Sent("p", (("ann", "x"),))
TWO = Sent("a", (("1", "ann"), ("2", "bob")))


def test_a_row_without_its_parent_waits_quarantined(options: Settings) -> None:
    parents(options, ANN)
    (account,) = children(options, TWO).deliveries
    assert (account.accepted, account.quarantined, account.received) == (1, 1, 2)
    assert stands(options) == [("a", "1", "ann")]
    assert listed(options) == [("a", 3, "Value", "value.reference")]


def test_it_is_released_by_its_parent_without_being_sent_again(options: Settings) -> None:
    parents(options, ANN)
    children(options, TWO)
    parents(options, ANN, Sent("q", (("bob", "x"),), day=3))
    (account,) = children(options, TWO).deliveries
    assert (account.accepted, account.quarantined) == (2, 0)
    assert listed(options) == []


def test_while_nothing_arrived_there_everything_waits(options: Settings) -> None:
    (account,) = children(options, TWO).deliveries
    assert (account.accepted, account.quarantined, account.outcome) == (0, 2, "accepted")


def test_an_empty_cell_refers_to_nothing(options: Settings) -> None:
    parents(options, ANN)
    (account,) = children(options, Sent("a", (("1", None),))).deliveries
    assert account.accepted == 1


def test_a_warning_is_listed_and_holds_nothing(options: Settings) -> None:
    parents(options, ANN)
    warn = replace(TO_PEOPLE, severity=Severity.WARN)
    (account,) = children(options, TWO, contract=referring("upsert", warn)).deliveries
    assert (account.accepted, account.quarantined) == (2, 0)
    assert listed(options) == [("a", 3, "Value", "value.reference")]


def test_a_waiting_row_does_not_replace_the_sound_one_before_it(options: Settings) -> None:
    parents(options, ANN)
    first, second = children(
        options, Sent("a", (("1", "ann"),)), Sent("b", (("1", "bob"),), day=1)
    ).deliveries
    assert (first.accepted, second.accepted, second.quarantined) == (1, 0, 1)
    parents(options, ANN, Sent("q", (("bob", "x"),), day=3))
    first, second = children(
        options, Sent("a", (("1", "ann"),)), Sent("b", (("1", "bob"),), day=1)
    ).deliveries
    assert (first.superseded, second.accepted) == (1, 1)


@pytest.mark.parametrize("mode", ["replace_period", "replace"])
def test_what_was_replaced_whole_does_not_come_back_for_rows_that_wait(
    options: Settings, mode: str
) -> None:
    parents(options, ANN)
    sent = Sent("a", (("1", "ann"),)), Sent("b", (("1", "bob"),), day=1)
    first, second = children(options, *sent, contract=referring(mode)).deliveries
    assert (first.accepted, first.superseded) == (0, 1)
    assert (second.accepted, second.quarantined) == (0, 1)


def test_a_waiting_row_that_was_corrected_later_concerns_nobody(options: Settings) -> None:
    parents(options, ANN)
    first, second = children(
        options, Sent("a", (("1", "bob"),)), Sent("b", (("1", "ann"),), day=1)
    ).deliveries
    assert (first.quarantined, first.superseded, second.accepted) == (0, 1, 1)
    assert listed(options) == []


def test_nothing_is_reckoned_again_while_the_other_dataset_stands(options: Settings) -> None:
    parents(options, ANN)
    children(options, TWO)
    assert not bring_up_to_date(referring(), [judged(options, TWO)], options)[1]
    parents(options, ANN, Sent("q", (("cat", "x"),), day=3))
    assert bring_up_to_date(referring(), [judged(options, TWO)], options)[1]


def test_a_contract_that_refers_no_more_leaves_no_list(options: Settings) -> None:
    children(options, TWO)
    children(options, TWO, contract=promise("upsert"))
    assert not (options.accepted / STEM / REFERENCES).exists()


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("123"), st.sampled_from("xyz"), min_size=1), max_size=4
    ),
    st.sets(st.sampled_from("xyz")),
    st.sampled_from(MODES),
)
def test_accounts_balance_and_every_row_that_stands_has_its_parent(
    tmp_path_factory: pytest.TempPathFactory,
    deliveries: list[dict[str, str]],
    known: set[str],
    mode: str,
) -> None:
    options = home(tmp_path_factory.mktemp("home"))
    parents(options, Sent("p", tuple((name, "x") for name in sorted(known))))
    sent = [Sent(f"d{n}", tuple(rows.items()), day=n) for n, rows in enumerate(deliveries)]
    accounts = children(options, *sent, contract=referring(mode))
    assert all(account.balances for account in accounts.deliveries)
    assert sum(a.accepted for a in accounts.deliveries) == len(stands(options))
    assert {row[2] for row in stands(options)} <= known


def test_what_stands_does_not_depend_on_which_of_the_two_came_first(tmp_path: Path) -> None:
    found = set()
    for number, order in enumerate(permutations("pca")):
        options = home(tmp_path / str(number))
        here: set[str] = set()
        for step in [*order, "night"]:
            here.add(step)
            if "p" in here:
                parents(options, ANN)
            sent = [one for name, one in (("c", TWO), ("a", EXTRA)) if name in here]
            accounts = children(options, *sent)
        found.add((accounts.model_dump_json(), str(stands(options))))
    assert len(found) == 1


EXTRA = Sent("b", (("2", "ann"), ("3", "cat")), day=1)
