"""Deliveries in every order, repeated, and across a change of contract: one result.

One feed goes from its inbox to the staged rows that figures are made of. What single functions do
with any order is shown beside them (tests/unit/contracts/standing); here the whole feed is walked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.feed import FeedResult, process_feed
from insight_pipeline.contracts.feedback.outbox import write_feedback
from insight_pipeline.contracts.judging import activation
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.contracts.promise.contract import Contract, InForce
from insight_pipeline.contracts.staging import run_staging
from insight_pipeline.contracts.standing.accounts import current_path
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.landing.reception import receive
from insight_pipeline.settings import Settings
from insight_pipeline.sql.model import Model
from tests.unit.contracts.promises import DATASET, PROVIDER, STEM, home
from tests.unit.contracts.test_feed import LAW, MODES, drops, promise
from tests.unit.sql.files import model

# The period sent, then corrected, then nearly all taken back, and the next period in new columns.
FOUR = ("first", "corrected", "shrunken", "next")
QUERY = (
    'select "Ref" as event_id, "Begun"::date as event_from_date, _delivery_id, _row '
    f"from accepted.{STEM} order by all"
)
FIGURES = (
    "select date_trunc('quarter', event_from_date) as period_from, count(*) as events, "
    "count(distinct event_id) as people from self group by 1 order by 1"
)
few = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def second_opinion_taken_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both opinions on a contract agree unasked: tests of activation ask them."""
    given = Agreement(0, 0, frozenset(), frozenset(), frozenset())
    monkeypatch.setattr(activation, "agreement", lambda *asked: given)


@dataclass(frozen=True)
class Result:
    """All that deliveries come to: accounts, the rows that stand, and figures of them."""

    accounts: str
    accepted: bytes
    staged: list[tuple[object, ...]]
    figures: list[tuple[object, ...]]


class Feed:
    """One feed in a home of its own."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.settings: Settings = home(folder)
        self.promise: Contract = promise(mode)
        self._model: Model = model(folder, f"staging.stg_{STEM}", QUERY)
        self._dropped = 0

    def night(self, names: Iterable[str], version: str | None = None) -> FeedResult:
        """Drop files, each in a folder of its own, and process the feed.

        `version` of the contract that they declare, where it is not their own.
        """
        for name in names:
            self._drop(name, {"contract_version": version} if version else {})
        assert receive(self.settings.inbox, self.settings.landing).faults == ()
        return process_feed(self.promise, LAW, self.settings)

    def _drop(self, name: str, said: dict[str, str]) -> None:
        content, declared = drops()[name]
        self._dropped += 1
        path = self.settings.inbox / PROVIDER / f"drop{self._dropped}" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        values = {"provider": PROVIDER, "dataset": DATASET, "file": path.name, **declared, **said}
        path.with_name(path.name + MANIFEST_SUFFIX).write_text(json.dumps(values))

    def result(self, told: FeedResult) -> Result:
        assert all(account.balances for account in told.accounts.deliveries)
        marks = {f"accepted.{STEM}": told.accounts.fingerprint}
        staged = run_staging(self._model, [self.promise], marks, (), self.settings)
        rows = pl.read_parquet(staged.path)
        return Result(
            told.accounts.model_dump_json(),
            current_path(self.settings, STEM).read_bytes(),
            rows.rows(),
            rows.sql(FIGURES).rows(),
        )


def in_nights(folder: Path, mode: str, nights: Sequence[Sequence[str]]) -> Result:
    feed = Feed(folder, mode)
    for names in nights:
        told = feed.night(names)
    return feed.result(told)


def one_by_one(order: Sequence[str]) -> list[list[str]]:
    return [[name] for name in order]


ORDERS = list(permutations(FOUR))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "orders",
    [
        pytest.param([ORDERS[-1], ORDERS[9]], id="two orders"),
        pytest.param(ORDERS, id="every order", marks=pytest.mark.slow),
    ],
)
def test_four_deliveries_in_every_order_make_the_same_accounts_rows_and_figures(
    tmp_path: Path, mode: str, orders: list[tuple[str, ...]]
) -> None:
    expected = in_nights(tmp_path / "at once", mode, [FOUR])
    assert expected.staged and expected.figures
    for number, order in enumerate(orders):
        assert in_nights(tmp_path / str(number), mode, one_by_one(order)) == expected


@few
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.slow
@given(
    order=st.permutations([*FOUR, *FOUR]),
    cuts=st.sets(st.integers(1, 7)),
)
def test_each_sent_twice_in_any_order_and_any_nights_is_as_if_sent_twice_at_once(
    tmp_path_factory: pytest.TempPathFactory, mode: str, order: list[str], cuts: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("twice")
    ends = [*sorted(cuts), len(order)]
    nights = [order[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    at_once = in_nights(folder / "at once", mode, [[*FOUR, *FOUR]])
    assert in_nights(folder / "shuffled", mode, nights) == at_once
    once = in_nights(folder / "once", mode, [FOUR])
    assert (at_once.staged, at_once.figures) == (once.staged, once.figures)
    assert at_once.accounts != once.accounts, "the repeats are told"


def test_the_modes_differ_in_what_stands(tmp_path: Path) -> None:
    """A control: were order all that is looked at, one mode would do for all."""
    found = {mode: in_nights(tmp_path / mode, mode, [FOUR]).staged for mode in MODES}
    assert len({str(rows) for rows in found.values()}) == len(MODES)


# The contract changes midway


@pytest.mark.parametrize("mode", MODES)
def test_files_before_and_after_a_new_version_are_each_judged_by_their_own(
    tmp_path: Path, mode: str
) -> None:
    feed = Feed(tmp_path / "midway", mode)
    both = feed.promise
    (feed.promise,) = both.earlier
    before = feed.night(["first"])
    assert [verdict.judged_by for verdict in before.verdicts] == ["1.0.0"]
    feed.promise = both
    # A correction of the old period comes after the bump, in the old columns.
    feed.night(["next"])
    after = feed.night(["corrected"])
    by = {verdict.period_to.isoformat(): verdict.judged_by for verdict in after.verdicts}
    assert by == {"2025-03-31": "1.0.0", "2025-06-30": "2.0.0"}
    assert {verdict.outcome for verdict in after.verdicts} == {"accepted"}
    at_once = in_nights(tmp_path / "at once", mode, [["first", "next", "corrected"]])
    assert feed.result(after) == at_once


def test_columns_that_change_without_a_new_version_are_refused_in_words(tmp_path: Path) -> None:
    feed = Feed(tmp_path, "upsert")
    (first,) = feed.promise.earlier
    for_ever = first.properties.model_copy(update={"in_force": InForce()})
    feed.promise = replace(first, properties=for_ever)
    feed.night(["first"])
    told = feed.night(["next"], version=first.version)
    stood, refused = told.accounts.deliveries
    assert (stood.outcome, refused.outcome) == ("accepted", "refused")
    assert "columns_present" in refused.reasons
    assert stood.accepted == 8, "what was good stays as it was"
    write_feedback(feed.promise, feed.settings)
    (page,) = feed.settings.outbox.rglob(f"{refused.delivery_id}*/feedback.json")
    said = json.loads(page.read_text(encoding="utf-8"))
    words = {rule["code"]: f"{rule['sentence']} {rule['hint']}" for rule in said["rules_broken"]}
    assert "A promised column is missing from the file" in words["columns_present"]
    assert "Add the missing column" in words["columns_present"]


def test_the_new_columns_are_accepted_once_the_version_says_so(tmp_path: Path) -> None:
    """The control of the test before: the same file under the contract that promises it."""
    feed = Feed(tmp_path, "upsert")
    told = feed.night(["first", "next"])
    assert {account.outcome for account in told.accounts.deliveries} == {"accepted"}
    assert "Note" in pl.read_parquet(current_path(feed.settings, STEM)).columns
