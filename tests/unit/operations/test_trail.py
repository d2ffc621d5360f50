"""One delivery from arrival to figure, as every room tells it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.landing.reception import receive
from insight_pipeline.linkage.deliveries import Evidence, evidence_by_delivery
from insight_pipeline.operations.downstream import Downstream, Visible
from insight_pipeline.operations.trail import WAITING, marks, trail, trails
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect
from tests.dagster.test_delivery_partitions import catalogue_of
from tests.unit.contracts.promises import STEM, home
from tests.unit.contracts.test_feed import deliver, night, promise

CATALOGUE = catalogue_of(promise("upsert"))
SHOWN = Visible("2025-09-30-abc", Path("preview"), is_preview=True)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    deliver(home(folder), ["first", "next"])
    night(home(folder), "upsert")
    return folder


@pytest.fixture
def settings(tmp_path: Path, judged: Path) -> Settings:
    shutil.copytree(judged, tmp_path, dirs_exist_ok=True)
    return home(tmp_path)


def test_a_trail_tells_arrival_judgement_and_account(settings: Settings) -> None:
    first, second = trails(settings, CATALOGUE, promise("upsert"), Downstream({}, {}, None, None))
    assert (first.period_to, second.period_to) == (date(2025, 3, 31), date(2025, 6, 30))
    assert first.partition == f"2025-03-31.{first.delivery_id}"
    assert first.declared_version == first.judged_by == "1.0.0"
    counts = first.counts
    assert counts["received"] == sum(counts.values()) - counts["received"] == 9
    assert [rule.broken for rule in first.broken] == [1], "one date was no date"
    assert (first.dropped, first.outcome, first.evidence) == (1, "accepted", Evidence())
    assert first.visible is None
    assert trail(settings, CATALOGUE, STEM, first.delivery_id) == first


def test_what_is_downstream_is_told(settings: Settings) -> None:
    known = {one: STEM for one in marks(settings, promise("upsert"))}
    evidence = dict.fromkeys(known, Evidence(5, 4, 2))
    reads = {STEM: ("indicator_a", "indicator_b")}
    downstream = Downstream(evidence, reads, SHOWN, date(2025, 3, 31))
    closed, still_open = trails(settings, CATALOGUE, promise("upsert"), downstream)
    assert closed.evidence == Evidence(5, 4, 2)
    assert closed.indicators == ("indicator_a", "indicator_b")
    assert closed.visible == SHOWN
    assert still_open.visible is None, "its period is in no figure yet"
    unread = trails(settings, CATALOGUE, promise("upsert"), replace(downstream, indicators={}))
    assert [each.visible for each in unread] == [None, None]


def test_a_delivery_that_nobody_judged_yet_says_so(settings: Settings) -> None:
    deliver(settings, ["back"])
    (new,) = receive(settings.inbox, settings.landing).new
    found = trail(settings, CATALOGUE, STEM, new.delivery_id)
    assert (found.outcome, found.mark, found.counts["received"]) == (WAITING, "", 0)
    assert new.delivery_id not in marks(settings, promise("upsert"))


def test_the_mark_changes_with_the_account_and_with_nothing_else(settings: Settings) -> None:
    before = marks(settings, promise("upsert"))
    night(settings, "upsert")
    assert marks(settings, promise("upsert")) == before
    told = trails(settings, CATALOGUE, promise("upsert"), Downstream({}, {}, SHOWN, date.max))
    assert {each.delivery_id: (each.partition, each.mark) for each in told} == before
    deliver(settings, ["corrected"])
    night(settings, "upsert")
    after = marks(settings, promise("upsert"))
    changed = {one for one in before if before[one] != after[one]}
    assert len(after) == 3
    assert changed, "rows of the first were superseded"


@pytest.mark.parametrize(("stem", "words"), [(STEM, "no receipt"), ("nobody__x", "no contract")])
def test_what_was_never_received_is_told(settings: Settings, stem: str, words: str) -> None:
    with pytest.raises(InsightError, match=words):
        trail(settings, CATALOGUE, stem, "0" * 16)


def test_evidence_is_counted_by_delivery(settings: Settings) -> None:
    assert evidence_by_delivery(settings) == {}
    with connect(settings, settings.identity) as store:
        store.execute("create table person_evidence (record_id varchar, delivery_id varchar)")
        store.execute("insert into person_evidence values ('a', 'x'), ('a', 'x'), ('b', 'x')")
        store.execute("insert into person_evidence values ('c', 'y'), ('d', null)")
        store.execute("create table person (record_id varchar, citizen_key varchar)")
        store.execute("insert into person values ('a', 'k'), ('b', 'l')")
        store.execute("create table citizen (citizen_key varchar, provider_count integer)")
        store.execute("insert into citizen values ('k', 2), ('l', 1)")
    assert evidence_by_delivery(settings) == {"x": Evidence(3, 3, 2), "y": Evidence(1, 0, 0)}
