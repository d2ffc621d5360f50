"""The journal of nights: a chain, what nights had in hand, and runs killed at any point."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.standing.accounts import Account, Accounts
from insight_pipeline.contracts.standing.approval import Approval, write_approval
from insight_pipeline.kernel import faultpoint
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.landing.receipt import write_receipt
from insight_pipeline.linkage.model.files import Adoption
from insight_pipeline.operations.journal.chain import (
    journal_folder,
    last_hash,
    read_entries,
    write_entry,
)
from insight_pipeline.operations.journal.entry import Code, Entry, Room
from insight_pipeline.operations.journal.hand import Hand, difference, hand_after, name_of
from insight_pipeline.operations.journal.kept import content_mark, files_below, give_out, keep
from insight_pipeline.operations.journal.record import journalled
from insight_pipeline.settings import Settings
from tests.unit.operations.receipts import receipt

CODE = Code(package="0.2.0", source="a" * 64)
STEM = "riverside__visits"


class Killed(BaseException):
    """What a test ends a run with; nothing in the product catches it."""


def approval(number: int) -> Approval:
    return Approval(
        delivery_id=f"{number:016x}", stem=STEM, by="R. Okafor", reason="Closed.", accepted=number,
        verdict="v",
    )  # fmt: skip


def entry(number: int, previous: str) -> Entry:
    return Entry(
        number=number, previous=previous, hand=f"hand {number}", project="p", frequency=None,
        adoption=None, code=CODE,
    )  # fmt: skip


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    for number in range(1, 5):
        write_entry(tmp_path, entry(number, last_hash(tmp_path)))
    return tmp_path


def test_entries_are_read_in_the_order_in_which_they_were_written(chain: Path) -> None:
    assert [one.number for one in read_entries(chain)] == [1, 2, 3, 4]


def test_an_altered_entry_shows_in_the_one_after_it(chain: Path) -> None:
    path = chain / "entries/00000002.json"
    path.write_text(path.read_text().replace("hand 2", "hand 7"))
    with pytest.raises(InsightError, match="00000003"):
        read_entries(chain)


def test_a_missing_entry_shows(chain: Path) -> None:
    (chain / "entries/00000002.json").unlink()
    with pytest.raises(InsightError, match="entry 2"):
        read_entries(chain)


def test_a_missing_beginning_shows(chain: Path) -> None:
    (chain / "entries/00000001.json").unlink()
    with pytest.raises(InsightError, match="entry 1"):
        read_entries(chain)


def test_an_entry_that_was_closed_cannot_be_written_again(chain: Path) -> None:
    with pytest.raises(ValueError, match="newest"):
        write_entry(chain, entry(3, "0"))


def test_the_newest_entry_may_be_completed(chain: Path) -> None:
    newest = read_entries(chain)[-1]
    write_entry(chain, newest.model_copy(update={"frequency": "monthly"}))
    assert read_entries(chain)[-1].frequency == "monthly"


receipts = st.dictionaries(st.integers(1, 6), st.integers(1, 3), max_size=6).map(
    lambda drops: {name_of(one): one for one in (receipt(n, d) for n, d in drops.items())}
)
approvals = st.sets(st.integers(1, 4)).map(
    lambda numbers: {one.delivery_id: one for one in map(approval, numbers)}
)
hands = st.builds(
    Hand,
    receipts,
    approvals,
    st.sampled_from(["p", "q"]),
    st.sampled_from([None, "nightly"]),
    st.sampled_from([None, Adoption(model="m", adopted_by="A. Reader", reason="better")]),
    st.just(CODE),
)


@settings(deadline=None)
@given(st.lists(hands, min_size=1, max_size=6))
def test_what_was_in_hand_on_any_night_can_be_told_from_the_entries(states: list[Hand]) -> None:
    entries: list[Entry] = []
    for number, state in enumerate(states, start=1):
        entries.append(difference(hand_after(entries), state, number, "0" * 64))
    for number, state in enumerate(states, start=1):
        assert hand_after(entries[:number]) == state
        assert entries[number - 1].hand == state.mark


@settings(deadline=None)
@given(hands, hands)
def test_an_entry_names_nothing_that_did_not_change(one: Hand, other: Hand) -> None:
    found = difference(one, other, 2, "0" * 64)
    assert all(one.receipts.get(name_of(each)) != each for each in found.receipts)
    assert all(one.approvals.get(each.delivery_id) != each for each in found.approvals)
    again = difference(one, one, 2, "0" * 64)
    assert not (again.receipts or again.receipts_gone or again.approvals or again.approvals_gone)


FILES = {"data_contracts/a.yaml": b"a: 1\n", "dbt_like_sql/b/c.sql": b"select 1\n"}


def test_the_same_files_are_kept_once_whatever_their_order(tmp_path: Path) -> None:
    mark = keep(tmp_path, "project", FILES)
    (kept,) = (tmp_path / "kept").iterdir()
    before = kept.read_bytes()
    kept.unlink()
    assert keep(tmp_path, "project", dict(reversed(FILES.items()))) == mark
    assert kept.read_bytes() == before


def test_kept_files_come_out_as_they_went_in(tmp_path: Path) -> None:
    mark = keep(tmp_path, "project", FILES)
    give_out(tmp_path, "project", mark, tmp_path / "out")
    found = files_below(tmp_path / "out", ["data_contracts", "dbt_like_sql"])
    assert found == FILES
    assert content_mark(found) == mark


@pytest.mark.parametrize("damage", ["gone", "cut short", "another"])
def test_a_damaged_copy_is_told_in_five_parts(tmp_path: Path, damage: str) -> None:
    mark = keep(tmp_path, "project", FILES)
    (kept,) = (tmp_path / "kept").iterdir()
    if damage == "gone":
        kept.unlink()
    elif damage == "cut short":
        kept.write_bytes(kept.read_bytes()[:-30])
    else:
        keep(tmp_path, "project", {"data_contracts/a.yaml": b"a: 2\n"})
        (other,) = (path for path in (tmp_path / "kept").iterdir() if path != kept)
        shutil.copyfile(other, kept)
    with pytest.raises(InsightError, match="cannot be replayed"):
        give_out(tmp_path, "project", mark, tmp_path / "out")


class Home:
    """A home whose rooms are stand-ins: each night writes the store that a room would."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder / "home", project=folder / "project", threads=1)
        for place in ("data_contracts", "dbt_like_sql"):
            (folder / "project" / place).mkdir(parents=True)
        (folder / "project/data_contracts/a.yaml").write_text("a: 1\n")

    def deliver(self, *numbers: int, judged: bool = True) -> None:
        for number in numbers:
            write_receipt(self.settings.landing, receipt(number))
        if judged:
            self._judge()

    def link(self, night: int) -> None:
        """What a room leaves that links: the store says how many nights it saw."""
        work = self.settings.identity.with_name("work.duckdb")
        work.unlink(missing_ok=True)
        with duckdb.connect(str(work)) as con:
            con.execute(f"create table meta as select '' as fingerprint, '' as method, "
                        f"'m' as model, {night} as night, '' as summary")  # fmt: skip
        work.replace(self.settings.identity)

    def night(self, number: int) -> None:
        with journalled(self.settings):
            self.link(number)

    def entries(self) -> tuple[Entry, ...]:
        return read_entries(journal_folder(self.settings))

    def _judge(self) -> None:
        folder = self.settings.landing / "receipts" / STEM
        accounts = Accounts(
            fingerprint="f", deliveries=tuple(_account(p.stem) for p in sorted(folder.iterdir()))
        )
        place = self.settings.accepted / STEM / "accounts.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(accounts.model_dump_json())


def _account(delivery_id: str) -> Account:
    return Account(
        delivery_id=delivery_id, stem=STEM, provider="riverside", period_from=date(2026, 1, 1),
        period_to=date(2026, 3, 31), submitted_at=datetime(2026, 4, 7, tzinfo=UTC),
        outcome="accepted", reasons=(), received=1, accepted=1, quarantined=0, superseded=0,
        rejected=0,
    )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield Home(tmp_path)
    faultpoint.install(None)


def test_a_night_that_takes_in_something_new_leaves_one_entry(home: Home) -> None:
    home.deliver(1, 2)
    home.night(1)
    home.deliver(3)
    write_approval(home.settings.landing, approval(3))
    home.night(2)
    first, second = home.entries()
    assert [one.delivery_id for one in second.receipts] == [receipt(3).delivery_id]
    assert second.approvals == (approval(3),)
    assert [step.mark for step in (*first.steps, *second.steps)] == ["night 1", "night 2"]


def test_a_night_without_news_leaves_none(home: Home) -> None:
    home.deliver(1)
    home.night(1)
    home.night(1)
    assert len(home.entries()) == 1


def test_a_delivery_that_was_not_judged_is_not_in_hand(home: Home) -> None:
    home.deliver(1)
    home.deliver(2, judged=False)
    home.night(1)
    assert [one.delivery_id for one in home.entries()[0].receipts] == [receipt(1).delivery_id]


def test_an_edited_contract_makes_an_entry_and_a_copy_of_its_own(home: Home) -> None:
    home.deliver(1)
    home.night(1)
    (home.settings.contracts / "a.yaml").write_text("a: 2\n")
    home.night(2)
    assert len({one.project for one in home.entries()}) == 2
    assert len(list((journal_folder(home.settings) / "kept").iterdir())) == 2


def test_what_a_killed_night_had_done_is_told_of_what_it_had_in_hand(home: Home) -> None:
    home.deliver(1)
    with pytest.raises(Killed), journalled(home.settings):
        home.link(1)
        raise Killed
    home.deliver(2)
    home.night(2)
    first, second = home.entries()
    assert [step.mark for step in first.steps] == ["night 1"]
    assert [step.mark for step in second.steps] == ["night 2"]
    assert [one.delivery_id for one in second.receipts] == [receipt(2).delivery_id]


def test_a_night_killed_before_it_linked_has_no_step(home: Home) -> None:
    home.deliver(1)
    with pytest.raises(Killed), journalled(home.settings):
        raise Killed
    home.deliver(2)
    home.night(1)
    assert [len(one.steps) for one in home.entries()] == [0, 1]


def test_a_home_that_had_nights_before_its_journal_says_so(home: Home) -> None:
    home.deliver(1)
    home.settings.home.mkdir(exist_ok=True)
    home.link(4)
    home.night(5)
    (first,) = home.entries()
    assert first.is_baseline
    assert [step.mark for step in first.steps] == ["night 4", "night 5"]


def test_a_store_that_was_taken_away_is_told(home: Home) -> None:
    home.deliver(1)
    home.night(1)
    home.settings.identity.unlink()
    home.night(1)
    _, second = home.entries()
    assert second.lost == (Room.LINKAGE,)
    assert [step.mark for step in second.steps] == ["night 1"]


@pytest.mark.parametrize("point", range(1, 20))
def test_a_run_killed_at_any_point_of_the_journal_is_made_good_by_the_next(
    home: Home, point: int
) -> None:
    home.deliver(1)
    passed = 0

    def kill(effect: str) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            raise Killed

    faultpoint.install(kill)
    with pytest.raises(Killed):
        home.night(1)
    faultpoint.install(None)
    home.night(1)
    (only,) = home.entries()
    assert [step.mark for step in only.steps] == ["night 1"]
    give_out(journal_folder(home.settings), "project", only.project, home.settings.home / "out")
    assert not list(journal_folder(home.settings).rglob("*.next"))
