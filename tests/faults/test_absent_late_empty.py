"""A provider that is absent, late, empty or beyond our own engine: never silently zero.

Real nights of a small borough, room by room. The feed that fails is that of visits to leisure
centres: without them everybody referred there would seem to have stayed away. A figure of referred
people is followed for twelve weeks.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.judging import activation, scan
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.contracts.standing.accounts import Account, read_accounts
from insight_pipeline.contracts.standing.approval import Approval, write_approval
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.publication.site.step import write_site
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.project import copy_project, settings_for
from tests.faults.rooms import ROOMS
from tests.faults.worlds import copy_home
from tests.unit.publication.conftest import leave_out_pages

pytestmark = pytest.mark.slow

FEED, PROVIDER, SERVICE = "activelife__visits", "activelife", "leisure"
REFERRED = "leisure_referral_kept_12w"
# The last days of four quarters; the borough's first night knows of the first two.
Q1, Q2, Q3, Q4 = (date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30))
NOTHING = frozenset[date]()
Said = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Borough:
    """A home with its drops still to be delivered."""

    settings: Settings
    catalogue: Catalogue
    drops: Path

    @property
    def release(self) -> Path:
        return (self.settings.published / "latest").resolve()

    def deliver(self, until: date, without: frozenset[date] = NOTHING) -> None:
        """Every drop about days up to `until`, but visits of the quarters that end on `without`."""
        for manifest in self.drops.rglob(f"*{MANIFEST_SUFFIX}"):
            said = json.loads(manifest.read_text(encoding="utf-8"))
            end = date.fromisoformat(said["period_to"])
            is_failing = (said["provider"], said["dataset"]) == (PROVIDER, "visits")
            if end <= until and not (is_failing and end in without):
                self._copy(manifest.with_name(said["file"]), manifest)

    def deliver_empty(self, quarter: date) -> None:
        """The file of a quarter's visits with its columns and no row."""
        for manifest in self.drops.rglob(f"visits_*{MANIFEST_SUFFIX}"):
            said = json.loads(manifest.read_text(encoding="utf-8"))
            if said["period_to"] == quarter.isoformat():
                empty = self.settings.inbox / PROVIDER / "nothing" / said["file"]
                empty.parent.mkdir(parents=True)
                full = pl.read_parquet(manifest.with_name(said["file"]))
                full.clear().write_parquet(empty)
                told = {**said, "rows": 0}
                empty.with_name(manifest.name).write_text(json.dumps(told), encoding="utf-8")

    def _copy(self, *files: Path) -> None:
        for file in files:
            target = self.settings.inbox / file.relative_to(self.drops)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)

    def night(self) -> None:
        for room in ROOMS.values():
            room(self.catalogue, self.settings)

    def ask(self, sql: str, *given: object) -> Said:
        database = str(self.release / "indicators.duckdb")
        with duckdb.connect(database, read_only=True) as connection:
            return connection.execute(sql, list(given)).fetchall()

    def referred(self) -> dict[date, tuple[Any, ...]]:
        """Last day of each quarter → value and symbol of the borough's figure of referred people.

        Whether it is final follows from how far all data reach, and not from who is missing.
        """
        rows = self.ask(
            "select period_to, value, nullif(replace(coalesce(shorthand, ''), '[p]', ''), '') "
            "from figure where indicator_id = ? and breakdown_type = 'total' order by period_to",
            REFERRED,
        )
        return {end: (value, symbol) for end, value, symbol in rows}

    def reporting(self) -> tuple[Any, ...]:
        columns = "last_reported_date, age_days, missing_from_date, is_overdue, state"
        (row,) = self.ask(f"select {columns} from reporting where service_code = ?", SERVICE)
        return row

    def latest(self) -> tuple[Any, ...]:
        (row,) = self.ask(
            "select period_to, age_days, waits_for from latest_figures "
            "where indicator_id = ? and breakdown_type = 'total'",
            REFERRED,
        )
        return row

    def others(self) -> Said:
        """Every figure of indicators that leisure centres have no part in."""
        return self.ask(
            "from figure where indicator_id not in "
            "(select indicator_id from indicator_service where service_code = ?) order by all",
            SERVICE,
        )

    def account(self, quarter: date) -> Account:
        accounts = read_accounts(self.settings, FEED)
        assert accounts
        return next(each for each in accounts.deliveries if each.period_to == quarter)


New = Callable[..., Borough]


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[New]:
    """Copies of a borough after a night that knows of two quarters, without disclosure control.

    The other two are delivered, all but the quarters that are said.
    """
    folder = tmp_path_factory.mktemp("absent")
    project = copy_project(folder / "project")
    policies = project / "data_contracts/publication/disclosure.yaml"
    text = policies.read_text(encoding="utf-8")
    policies.write_text(text.replace("default: nhs_hes", "default: none"), encoding="utf-8")
    simulate(folder / "drops", folder / "truth", citizens=400, months=12, seed=11)
    settings = settings_for(folder / "home", project, frequency="nightly")
    before = Borough(settings, load_catalogue(settings), folder / "drops")
    numbers = iter(range(100))

    def borough(without: frozenset[date] = NOTHING, *, runs: bool = True) -> Borough:
        home = folder / f"home-{next(numbers)}"
        copy_home(settings.home, home)
        made = replace(before, settings=replace(settings, home=home))
        made.deliver(Q4, without)
        if runs:
            made.night()
        return made

    given = Agreement(0, 0, frozenset(), frozenset(), frozenset())
    with pytest.MonkeyPatch.context() as patch:
        leave_out_pages(patch)
        patch.setattr(activation, "agreement", lambda *asked: given)
        before.deliver(Q2)
        before.night()
        yield borough


@pytest.fixture(scope="module")
def whole(new: New) -> Borough:
    """Nobody is absent."""
    return new()


@pytest.fixture(scope="module")
def absent(new: New) -> Borough:
    """No visits of the last quarter."""
    return new(frozenset({Q4}))


def test_where_nobody_is_absent_all_is_shown_and_nothing_waits(whole: Borough) -> None:
    shown = whole.referred()
    assert [end for end, (value, _) in shown.items() if value is not None] == [Q1, Q2, Q3]
    assert shown[Q3][0] > 0
    assert whole.reporting() == (Q4, 0, None, False, "complete")
    assert whole.latest() == (Q3, 92, None)
    assert set(whole.ask("select distinct state from reporting")) == {("complete",)}


def test_an_absent_providers_figures_are_not_shown_and_the_last_good_ones_stand_with_their_age(
    whole: Borough, absent: Borough
) -> None:
    shown = absent.referred()
    assert shown[Q3] == (None, "[x]")
    assert {end: shown[end] for end in (Q1, Q2)} == {end: whole.referred()[end] for end in (Q1, Q2)}
    assert absent.reporting() == (Q3, 92, date(2026, 7, 1), False, "awaited")
    assert absent.latest() == (Q2, 183, None)


def test_no_figure_that_an_absent_provider_has_part_in_is_shown_for_its_missing_days(
    absent: Borough,
) -> None:
    shown = absent.ask(
        "select count(*) filter (where value is not null), count(*) from figure "
        "where period_to = ? and indicator_id in "
        "(select indicator_id from indicator_service where service_code = ?)",
        Q4,
        SERVICE,
    )
    assert shown[0][0] == 0 < shown[0][1]


def test_one_absent_provider_changes_no_digit_of_indicators_it_has_no_part_in(
    whole: Borough, absent: Borough
) -> None:
    assert len(absent.others()) > 100
    assert absent.others() == whole.others()


def test_beyond_what_was_agreed_figures_say_whom_they_wait_for(new: New) -> None:
    borough = new(frozenset({Q3, Q4}))
    assert borough.reporting() == (Q2, 183, date(2026, 4, 1), True, "overdue")
    assert borough.latest() == (Q1, 273, "ActiveLife Leisure Trust")
    assert borough.referred()[Q2] == borough.referred()[Q3] == (None, "[x]")
    write_site(borough.release, borough.settings)
    site = borough.release / "site"
    page = (site / f"providers/{PROVIDER}.html").read_text(encoding="utf-8")
    assert "31 March 2026" in page and "overdue since 14 July 2026" in page
    words = (site / f"indicators/{REFERRED}.html").read_text(encoding="utf-8")
    assert "Newer periods wait for ActiveLife Leisure Trust" in words
    assert "Data overdue" in (site / "index.html").read_text(encoding="utf-8")


def test_a_late_delivery_makes_what_it_would_have_made_in_time(
    whole: Borough, absent: Borough, new: New
) -> None:
    late = new(frozenset({Q4}))
    assert file_sha256(late.release / "indicators.csv") != file_sha256(
        whole.release / "indicators.csv"
    )
    late.deliver(Q4)
    late.night()
    assert late.release.name == whole.release.name
    for name in ("indicators.csv", "judgements.csv", "indicators.parquet"):
        assert file_sha256(late.release / name) == file_sha256(whole.release / name)


def test_an_empty_delivery_is_held_and_its_period_counts_as_not_reported(
    whole: Borough, absent: Borough, new: New
) -> None:
    borough = new(frozenset({Q4}), runs=False)
    borough.deliver_empty(Q4)
    borough.night()
    account = borough.account(Q4)
    assert (account.outcome, account.notices, account.received) == ("held", ("empty",), 0)
    assert borough.referred() == absent.referred()
    assert borough.reporting() == (Q3, 92, date(2026, 7, 1), False, "held")
    approve(borough, account)
    borough.night()
    # Somebody's word that nobody came: now, and only now, the figures fall.
    assert borough.reporting()[-1] == "complete"
    value, symbol = borough.referred()[Q3]
    assert symbol is None and value < whole.referred()[Q3][0]


def approve(borough: Borough, held: Account) -> None:
    word = Approval(
        delivery_id=held.delivery_id,
        stem=FEED,
        by="duty data engineer",
        reason="All centres were closed.",
        accepted=0,
        verdict="-",
    )
    write_approval(borough.settings.landing, word)


def test_an_error_of_our_own_engine_is_told_as_ours_and_mended_by_the_next_night(
    whole: Borough, absent: Borough, new: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    borough = new(runs=False)
    find = scan.find_exceptions

    def fail(connection: Any, contract: Any, *rest: Any, **more: Any) -> Any:
        if contract.stem == FEED:
            raise duckdb.Error("no more threads")
        return find(connection, contract, *rest, **more)

    with monkeypatch.context() as broken:
        broken.setattr(scan, "find_exceptions", fail)
        borough.night()
    assert borough.account(Q4).outcome == "error"
    assert borough.reporting()[-1] == "engine_error"
    assert borough.others() == whole.others()
    assert borough.referred()[Q3] == (None, "[x]")
    borough.night()
    assert borough.reporting() == whole.reporting()
    assert borough.referred() == whole.referred()
