"""Every check can fail: a check that cannot fire is a defect.

All asset checks are asked of the definitions. Those of headers get rows made to break them, one
test at a time, over a tiny warehouse in which each of them passes. Each of the others has a case
here that it passes and one that it fails: a new check needs a new case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.feed import FeedResult
from insight_pipeline.contracts.judging import activation, scan
from insight_pipeline.contracts.judging.keeping import verdict_path
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.contracts.replay import replay_deliveries
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import Account, Accounts, accepted_columns
from insight_pipeline.defs import (
    feed_checks,
    feedback,
    landing,
    linkage,
    linkage_checks,
    publication,
    replays,
)
from insight_pipeline.defs.assembly import build_definitions
from insight_pipeline.defs.describe import key_of
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.indicators.revision import RevisionCounts
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.linkage.look_back import LookBack
from insight_pipeline.linkage.summary import LinkageSummary
from insight_pipeline.publication.release import ReleaseSummary
from insight_pipeline.settings import Settings
from insight_pipeline.sql.check_names import test_names as names_of
from insight_pipeline.sql.checks import test_table as run_test
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.engines.duckdb import literal
from insight_pipeline.sql.header import VERSION_COLUMNS, Materialised
from insight_pipeline.sql.header_tests import TableTest
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT
from tests.faults.breaking import breaking_rows
from tests.sql.tiny_borough import borough
from tests.unit.contracts.promises import PROVIDER, STEM, home
from tests.unit.contracts.test_feed import LAW, deliver, night

CATALOGUE = load_catalogue(Settings(home=ROOT / "home", project=ROOT))
PROMISED = {
    (model.relation, name): (model, test)
    for model in (*CATALOGUE.staging, *CATALOGUE.models)
    for name, test in zip(names_of(model.header.tests), model.header.tests, strict=True)
}
BROKEN = (Outcome.FAILED, Outcome.WARNING)
KEY = key_of(f"accepted.{STEM}")


# Checks that headers promise


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every model made: staging of nothing, the warehouse of a few dozen people."""
    with duckdb.connect(config={"threads": 2}) as connection:
        install_macros(connection, CATALOGUE.macros)
        for relation, columns in source_columns(CATALOGUE.internal).items():
            create_empty(connection, relation, columns)
        for contract in CATALOGUE.contracts:
            create_empty(connection, accepted_relation(contract), accepted_columns(contract))
        for relation, frame in {**borough(citizens=40, each=60), **_lists()}.items():
            connection.register("rows", frame)
            connection.execute(f"insert into {relation} by name select * from rows")
        for model in (*CATALOGUE.staging, *CATALOGUE.models):
            connection.execute(f"create schema if not exists {model.schema}")
            connection.execute(f"create or replace table {model.relation} as {_query(model)}")
        yield connection


def _query(model: Model) -> str:
    """What the model's table holds after its first night."""
    if model.header.materialised is not Materialised.SNAPSHOT:
        return model.query
    versions = ", ".join(
        f"{'true' if kind == 'BOOLEAN' else 'null'}::{kind} as {name}"
        for name, kind in VERSION_COLUMNS.items()
    )
    return f"select *, {versions.replace('null', literal('2026-06-30'), 1)} from ({model.query})"


def _lists() -> dict[str, pl.DataFrame]:
    codes = CATALOGUE.vocabularies.select("vocabulary", "code", "label")
    return {"reference.vocabulary": codes}


def _results(
    connection: duckdb.DuckDBPyConnection, model: Model, test: TableTest
) -> Iterator[Outcome]:
    """Outcomes of the test over the model's table with each breaking row, and nothing else."""
    rows = connection.execute(f"select count(*) from {model.relation}").fetchall()[0][0]
    for row in breaking_rows(connection, model.relation, test):
        connection.execute(f"create or replace temp view broken as {row}")
        yield run_test(connection, "broken", test, max(rows, 1)).outcome


def test_every_promise_of_a_header_holds_of_a_sound_table_and_is_broken_by_a_row_that_breaks_it(
    tiny: duckdb.DuckDBPyConnection,
) -> None:
    assert len(PROMISED) > 200
    unsound, silent = [], []
    for (relation, name), (model, test) in PROMISED.items():
        before = run_test(tiny, relation, test)
        if before.outcome not in (Outcome.PASSED, Outcome.SKIPPED):
            unsound.append((relation, name, before.outcome))
        found = list(_results(tiny, model, test))
        if not found or not set(found) <= set(BROKEN):
            silent.append((relation, name, found))
    assert (unsound, silent) == ([], [])


def test_a_promise_without_a_breaking_row_is_noticed(tiny: duckdb.DuckDBPyConnection) -> None:
    always = TableTest(expression="period_from is not null or period_from is null")
    with pytest.raises(AssertionError, match="no row was found"):
        list(breaking_rows(tiny, CATALOGUE.models[-1].relation, always))


# The other checks, each with a case that passes and one that fails


@pytest.fixture(autouse=True)
def second_opinion_taken_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both opinions on a contract agree unasked: tests of activation ask them."""
    given = Agreement(0, 0, frozenset(), frozenset(), frozenset())
    monkeypatch.setattr(activation, "agreement", lambda *asked: given)


Case = Callable[[Path, pytest.MonkeyPatch], tuple[dg.AssetCheckResult, dg.AssetCheckResult]]


def _named(results: list[dg.AssetCheckResult], name: str) -> dg.AssetCheckResult:
    (found,) = [result for result in results if result.check_name == name]
    return found


def _fed(folder: Path, *names: str) -> FeedResult:
    settings = home(folder)
    deliver(settings, list(names))
    return night(settings, "replace_period")


def promise_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """A date that is none."""
    results = [_fed(folder / name, name) for name in ("next", "first")]
    sound, broken = (feed_checks.feed_checks(KEY, result) for result in results)
    return _named(sound, feed_checks.PROMISE), _named(broken, feed_checks.PROMISE)


def engine_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """An engine that fails."""

    def fail(*_: object) -> None:
        raise duckdb.Error("out of memory")

    sound = feed_checks.feed_checks(KEY, _fed(folder / "sound", "next"))
    with patch.context() as failing:
        failing.setattr(scan, "find_exceptions", fail)
        broken = feed_checks.feed_checks(KEY, _fed(folder / "broken", "next"))
    return _named(sound, feed_checks.ENGINE), _named(broken, feed_checks.ENGINE)


def account(month: int, received: int, accepted: int) -> Account:
    return Account(
        delivery_id=f"d{month}",
        stem=STEM,
        provider=PROVIDER,
        period_from=date(2025, month, 1),
        period_to=date(2025, month, 28),
        submitted_at=datetime(2025, month, 28, 9, tzinfo=UTC),
        outcome="accepted",
        reasons=(),
        received=received,
        accepted=accepted,
        quarantined=0,
        superseded=0,
        rejected=0,
    )


def _with_accounts(result: FeedResult, *accounts: Account) -> list[dg.AssetCheckResult]:
    told = replace(result, accounts=Accounts(fingerprint="-", deliveries=accounts))
    return feed_checks.feed_checks(KEY, told)


def balance_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """A row that is nowhere."""
    result = _fed(folder, "next")
    sound = _with_accounts(result, account(1, 5, 5))
    broken = _with_accounts(result, account(1, 5, 4))
    return _named(sound, feed_checks.BALANCE), _named(broken, feed_checks.BALANCE)


def volume_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """A tenth of the rows of every month before."""
    result = _fed(folder, "next")
    usual = [account(month, 1000 + month, 1000 + month) for month in range(1, 10)]
    sound = _with_accounts(result, *usual, account(10, 1010, 1010))
    broken = _with_accounts(result, *usual, account(10, 100, 100))
    return _named(sound, feed_checks.VOLUME), _named(broken, feed_checks.VOLUME)


_COUNTS = """night records changed affected evidence_rows people citizens pairs_scored left_out
    created merged split moved retired returned announced held decisions decisions_in_effect"""


def replay_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """A verdict that counted another number of rows than the same bytes come to."""
    settings = home(folder)
    deliver(settings, ["next"])
    result = night(settings, "replace_period")
    (judged,) = result.verdicts

    def replayed() -> dg.AssetCheckResult:
        found = replay_deliveries(result.contract, LAW, settings, [judged.delivery_id])
        return replays._check(KEY, found.deliveries)

    sound = replayed()
    kept = verdict_path(settings.accepted, STEM, judged.delivery_id)
    wrong = kept.read_text(encoding="utf-8").replace('"received": 6', '"received": 5')
    kept.write_text(wrong, encoding="utf-8")
    return sound, replayed()


SUMMARY = LinkageSummary(
    **dict.fromkeys(_COUNTS.split(), 1),  # type: ignore[arg-type]
    cluster_sizes={1: 1},
    largest_cluster=1,
    vetoes={},
    cause=None,
    model="m",
    is_provisional=False,
    model_findings=0,
    churn_percent=0.0,
    is_churn_over_limit=False,
    decisions_put_back=0,
    doubtful_people=0,
)


def linkage_case(name: str, **broken: Any) -> Case:
    def case(
        folder: Path, patch: pytest.MonkeyPatch
    ) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
        sound, other = (
            linkage_checks.linkage_checks(each) for each in (SUMMARY, replace(SUMMARY, **broken))
        )
        return _named(sound, name), _named(other, name)

    return case


def _run(assets: list[dg.AssetsDefinition]) -> list[dg.AssetCheckEvaluation]:
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(assets, instance=instance).get_asset_check_evaluations()


def _evaluated(assets: list[dg.AssetsDefinition], name: str) -> dg.AssetCheckResult:
    found = [each for each in _run(assets) if each.check_name == name]
    return dg.AssetCheckResult(check_name=name, passed=all(each.passed for each in found))


def _place(folder: Path) -> Settings:
    return Settings(home=folder / "home", project=ROOT)


def group_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """A group linked worse than others beyond chance."""
    found = []
    for flagged in ("", "sex: F"):
        told = SimpleNamespace(
            unchanged=False,
            reviews={},
            households=0,
            communal_places=0,
            quality={"groups_flagged": flagged},
            groups_flagged=LookBack.groups_flagged.fget(  # type: ignore[attr-defined]
                SimpleNamespace(quality={"groups_flagged": flagged})
            ),
        )
        patch.setattr(linkage, "look_back", lambda *_, told=told: told)
        assets = [linkage._look_back_asset(_place(folder))]
        found.append(_evaluated(assets, linkage.GROUP_CHECK))
    return found[0], found[1]


def empty_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """A release without a figure."""
    found = []
    released = folder / "2025-06-30-aaaaaaaaaaaa"
    released.mkdir(parents=True)
    (released / "release.json").write_text('{"rows": {}, "predecessor": null}', encoding="utf-8")
    whole = ReleaseSummary(
        release=released.name,
        path=released,
        unchanged=False,
        figures=5,
        suppressed=0,
        revisions=RevisionCounts(new=5, unchanged=0, revised={}),
        is_preview=False,
        closed_to=date(2025, 6, 30),
        next_due=None,
    )
    for summary in (whole, replace(whole, figures=0)):
        patch.setattr(publication, "publish_warehouse", lambda *_, summary=summary: summary)
        assets = publication.publication_assets(CATALOGUE, _place(folder))
        found.append(_evaluated(assets, publication.EMPTY_CHECK))
    return found[0], found[1]


def inbox_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """A manifest that is no manifest."""
    settings = _place(folder)
    sound = _evaluated(landing.landing_assets(CATALOGUE, settings), landing.INBOX_CHECK)
    drop = settings.inbox / "wellpath" / "referrals.ndjson.manifest.json"
    drop.parent.mkdir(parents=True)
    drop.write_text("{}", encoding="utf-8")
    broken = _evaluated(landing.landing_assets(CATALOGUE, settings), landing.INBOX_CHECK)
    return sound, broken


def feedback_case(
    folder: Path, patch: pytest.MonkeyPatch
) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    """A page that cannot be written."""
    some = replace(CATALOGUE, contracts=CATALOGUE.contracts[:1])
    sound = _evaluated(feedback.feedback_assets(some, _place(folder)), feedback.CHECK)

    def fail(*_: object) -> None:
        raise OSError("no space left")

    patch.setattr(feedback, "write_feedback", fail)
    return sound, _evaluated(feedback.feedback_assets(some, _place(folder)), feedback.CHECK)


CASES: Mapping[str, Case] = {
    feed_checks.PROMISE: promise_case,
    feed_checks.BALANCE: balance_case,
    feed_checks.ENGINE: engine_case,
    feed_checks.VOLUME: volume_case,
    linkage_checks.SIZE_CHECK: linkage_case(
        linkage_checks.SIZE_CHECK, largest_cluster=linkage_checks.LARGEST_PLAUSIBLE + 1
    ),
    linkage_checks.CHURN_CHECK: linkage_case(linkage_checks.CHURN_CHECK, is_churn_over_limit=True),
    linkage_checks.MODEL_CHECK: linkage_case(linkage_checks.MODEL_CHECK, model_findings=1),
    linkage_checks.REVIEW_CHECK: linkage_case(linkage_checks.REVIEW_CHECK, doubtful_people=1),
    linkage.GROUP_CHECK: group_case,
    publication.EMPTY_CHECK: empty_case,
    landing.INBOX_CHECK: inbox_case,
    replays.SAME: replay_case,
    feedback.CHECK: feedback_case,
}


@pytest.mark.parametrize("name", CASES)
def test_every_other_check_passes_what_is_sound_and_fails_what_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    sound, broken = CASES[name](tmp_path, monkeypatch)
    assert (sound.check_name, broken.check_name) == (name, name)
    assert (sound.passed, broken.passed) == (True, False)


def test_no_check_is_without_a_case(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=ROOT)
    graph = build_definitions(settings).resolve_asset_graph()
    checks = {(".".join(key.asset_key.path), key.name) for key in graph.asset_check_keys}
    assert PROMISED.keys() <= checks
    assert {name for _, name in checks - PROMISED.keys()} == CASES.keys()
