"""The public ledger: what each release did to the figures, and nothing of what is withheld."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.revision_ledger import LEDGER, make_ledger
from insight_pipeline.indicators.revision_rules import KEY
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication import release as release_module
from insight_pipeline.publication.disclosure.policy import only
from insight_pipeline.publication.history import previous_releases
from insight_pipeline.publication.release import ReleaseSummary, latest_release, publish
from insight_pipeline.publication.releasing import placing
from insight_pipeline.publication.verify import verify_release
from insight_pipeline.settings import Settings

Headers = dict[str, IndicatorHeader]
Rows = list[tuple[Any, ...]]
AS_OF = date(2025, 6, 30)
TOTAL, PART, REST = "all", "one", "another"
NUMBERS = "numerator, denominator, value, lower95, upper95, previous_value, difference"


class Publisher:
    """One warehouse, released again and again."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, headers: Headers, settings: Settings
    ) -> None:
        self.connection, self.headers, self.settings = connection, headers, settings
        self.night = 0

    def release(self, as_of: date = AS_OF) -> ReleaseSummary:
        return publish(self.connection, self.headers, self.settings, as_of)

    def set(self, breakdown: str, numerator: int, denominator: int = 100) -> None:
        self.connection.execute(
            "update indicators.figure set numerator = ?, denominator = ? where breakdown = ?",
            [numerator, denominator, breakdown],
        )

    def explain(self, breakdown: str, reason: str, correction_id: str | None = None) -> None:
        """A row of the unsuppressed ledger, on a night of its own."""
        self.night += 1
        make_ledger(self.connection)
        key = ", ".join(KEY)
        self.connection.execute(
            f"insert into {LEDGER} by name select ? as night_no, {key}, 7 as revision_no, "
            "31337 as numerator, 31338 as denominator, ? as reason_code, ? as correction_id "
            "from indicators.figure where breakdown = ?",
            [self.night, reason, correction_id, breakdown],
        )

    def ledger(self, breakdown: str, columns: str) -> Rows:
        source = self.settings.published / "latest" / "revisions.parquet"
        return duckdb.execute(
            f"select {columns} from '{source}' where breakdown = ? order by revision_no",
            [breakdown],
        ).fetchall()


@pytest.fixture
def publisher(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    settings: Settings,
    plant: Callable[..., None],
) -> Publisher:
    """Three figures that are shown, a period each: none is withheld for another's sake."""
    plant("total", TOTAL, 40, 100)
    plant("total", PART, 40, 100, period_from="2024-10-01", period_to="2024-12-31")
    plant("total", REST, 40, 100, period_from="2024-07-01", period_to="2024-09-30")
    return Publisher(connection, headers, settings)


def test_the_first_release_gives_every_figure_as_revision_1(publisher: Publisher) -> None:
    summary = publisher.release()
    columns = "revision_no, release_no, release, as_of_date, status, reason_code, value, difference"
    (row,) = publisher.ledger(TOTAL, columns)
    assert row[:6] == (1, 1, summary.release, AS_OF, "final", "first")
    assert (float(row[6]), row[7]) == (40.0, None)
    assert (summary.revisions.new, summary.revisions.unchanged) == (3, 0)


def test_a_figure_that_changed_is_revised_with_the_ledgers_reason(publisher: Publisher) -> None:
    publisher.release()
    publisher.set(TOTAL, 60)
    publisher.explain(TOTAL, "late_data")
    publisher.explain(TOTAL, "method")
    publisher.explain(PART, "error")
    summary = publisher.release()
    rows = publisher.ledger(TOTAL, "revision_no, release_no, status, reason_code, difference")
    assert [(*row[:4], row[4] and float(row[4])) for row in rows] == [
        (1, 1, "final", "first", None),
        (2, 2, "revised", "method", 20.0),
    ]
    assert len(publisher.ledger(PART, "revision_no")) == 1
    assert (summary.revisions.unchanged, summary.revisions.revised) == (2, {"method": 1})


def test_a_reason_counts_for_one_release_only(publisher: Publisher) -> None:
    publisher.explain(TOTAL, "method")
    publisher.release()
    publisher.set(TOTAL, 60)
    publisher.explain(TOTAL, "linkage")
    publisher.release()
    assert publisher.ledger(TOTAL, "reason_code") == [("first",), ("linkage",)]


def test_a_warehouse_begun_anew_still_gives_a_reason(publisher: Publisher) -> None:
    for _ in range(3):
        publisher.explain(TOTAL, "method")
    publisher.release()
    publisher.connection.execute(f"delete from {LEDGER}")
    publisher.night = 0
    publisher.explain(TOTAL, "first")
    publisher.set(TOTAL, 60)
    publisher.release()
    assert publisher.ledger(TOTAL, "reason_code") == [("first",), ("late_data",)]


def test_a_count_that_rounds_to_the_same_is_no_revision(publisher: Publisher) -> None:
    first = publisher.release()
    publisher.set(TOTAL, 41)
    publisher.explain(TOTAL, "late_data")
    assert publisher.release() == replace(first, unchanged=True)


def test_another_way_of_rounding_is_told_as_disclosure_control(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.set(TOTAL, 43)
    publisher.release()
    policies = release_module.load_policies(
        publisher.settings.contracts / release_module.POLICY_FILE
    )
    coarser = policies.in_force.model_copy(update={"round_to": 10})
    monkeypatch.setattr(release_module, "load_policies", lambda path: only(coarser))
    publisher.release()
    assert publisher.ledger(TOTAL, "reason_code, difference::integer") == [
        ("first", None),
        ("disclosure", -5),
    ]


@pytest.mark.parametrize("reason", [None, "error", "linkage"])
def test_to_and_from_withheld_there_is_no_number_and_no_telling_reason(
    publisher: Publisher, reason: str | None
) -> None:
    publisher.release()
    for numerator in (3, 60):
        publisher.set(TOTAL, numerator)
        if reason:
            publisher.explain(TOTAL, reason)
        publisher.release()
    rows = publisher.ledger(TOTAL, f"reason_code, status, shorthand, {NUMBERS}")
    assert [row[0] for row in rows] == ["first", "disclosure", "disclosure"]
    # The value before was public; the difference to what is withheld would not be.
    assert rows[1][1:] == ("revised", "[c]", *[None] * 5, rows[0][5], None)
    assert rows[2][2] is None and float(rows[2][5]) == 60.0
    assert rows[2][8:] == (None, None)


def test_a_change_behind_a_withheld_figure_is_no_revision(publisher: Publisher) -> None:
    publisher.set(TOTAL, 3)
    publisher.release()
    publisher.set(TOTAL, 4)
    publisher.explain(TOTAL, "error")
    publisher.set(PART, 60)
    publisher.release()
    assert publisher.ledger(TOTAL, "revision_no, reason_code") == [(1, "first")]
    assert len(publisher.ledger(PART, "revision_no")) == 2


def test_a_period_that_matures_is_provisional_and_then_final(publisher: Publisher) -> None:
    publisher.connection.execute("update indicators.figure set is_not_mature = true")
    publisher.release()
    publisher.connection.execute("update indicators.figure set is_not_mature = false")
    publisher.set(PART, 3)
    publisher.explain(TOTAL, "linkage")
    publisher.release()
    told = ((TOTAL, "linkage", None), (PART, "late_data", "[c]"))
    for breakdown, reason, mark in told:
        rows = publisher.ledger(breakdown, "status, reason_code, shorthand, difference")
        assert rows == [("provisional", "first", "[x]", None), ("final", reason, mark, None)]


def test_a_figure_is_provisional_until_its_minimum_maturity(publisher: Publisher) -> None:
    publisher.release(date(2025, 4, 27))
    assert publisher.ledger(TOTAL, "status") == [("provisional",)]
    publisher.release(date(2025, 4, 28))
    rows = publisher.ledger(TOTAL, "status, reason_code, difference::integer")
    assert rows == [("provisional", "first", None), ("final", "late_data", 0)]


def test_a_figure_that_is_gone_is_withdrawn(publisher: Publisher) -> None:
    publisher.release()
    publisher.connection.execute(f"delete from indicators.figure where breakdown = '{PART}'")
    summary = publisher.release()
    rows = publisher.ledger(PART, f"status, shorthand, {NUMBERS}")
    assert rows[1] == ("withdrawn", None, *[None] * 5, rows[0][4], None)
    assert (summary.figures, summary.revisions.unchanged) == (2, 2)


def declare(publisher: Publisher, folder: Path, text: str) -> None:
    """A project of the same files in which this correction is declared."""
    project = folder / "project"
    contracts = project / "data_contracts" / "publication"
    contracts.mkdir(parents=True, exist_ok=True)
    policy = publisher.settings.contracts / release_module.POLICY_FILE
    (contracts / policy.name).write_bytes(policy.read_bytes())
    (contracts / "corrections.yaml").write_text(text, encoding="utf-8")
    publisher.settings = replace(publisher.settings, project=project)


CORRECTION = """
corrections:
  - indicator: kept
    periods: [{from: 2025-01-01, to: 2025-03-31}]
    explanation: A day had been sent twice.
    date: 2025-07-01
    reason: error
"""


def test_a_declared_correction_is_explained_where_it_changed_a_figure_that_is_shown(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.release()
    declare(publisher, tmp_path, CORRECTION)
    (correction,) = release_module.load_corrections(
        publisher.settings.contracts / release_module.CORRECTIONS_FILE, publisher.headers
    )
    publisher.set(TOTAL, 60)
    publisher.set(PART, 3)
    for breakdown in (TOTAL, PART):
        publisher.explain(breakdown, "error", correction.correction_id)
    summary = publisher.release()
    words = "A day had been sent twice."
    assert publisher.ledger(TOTAL, "reason_code, explanation")[1] == ("error", words)
    assert publisher.ledger(PART, "reason_code, explanation")[1] == ("disclosure", None)
    with duckdb.connect(str(summary.path / "indicators.duckdb"), read_only=True) as opened:
        rows = opened.execute("select indicator_id, reason_code, explanation from correction")
        assert rows.fetchall() == [("kept", "error", words)]


def test_a_correction_declared_afterwards_is_another_release_and_revises_nothing(
    publisher: Publisher, tmp_path: Path
) -> None:
    first = publisher.release()
    declare(publisher, tmp_path, CORRECTION + f"    release: {first.release}\n")
    second = publisher.release()
    assert second.release != first.release
    assert (second.revisions.unchanged, second.revisions.revised) == (3, {})


def test_figures_that_return_to_an_older_releases_make_a_release_of_their_own(
    publisher: Publisher,
) -> None:
    first = publisher.release()
    content = {path.name: path.read_bytes() for path in first.path.iterdir()}
    publisher.set(TOTAL, 60)
    second = publisher.release()
    publisher.set(TOTAL, 40)
    third = publisher.release()
    assert third.release == f"{first.release}-2" and not third.unchanged
    assert publisher.release() == replace(third, unchanged=True)
    assert latest_release(publisher.settings.published) == third.release
    assert {path.name: path.read_bytes() for path in first.path.iterdir()} == content
    names = [path.name for path in previous_releases(publisher.settings.published)]
    assert names == [first.release, second.release, third.release]
    rows = publisher.ledger(TOTAL, "revision_no, status, difference::integer")
    assert rows == [(1, "final", None), (2, "revised", 20), (3, "revised", -20)]
    for name in ("indicators.csv", "indicators.parquet"):
        assert (first.path / name).read_bytes() == (third.path / name).read_bytes()


def test_a_run_killed_before_latest_points_at_the_release_is_made_good_by_the_next(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.release()
    publisher.set(TOTAL, 60)

    def die(parent: Path, name: str, as_of: date) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(placing, "point_latest", die)
        with pytest.raises(KeyboardInterrupt):
            publisher.release()
    again = publisher.release()
    assert again.unchanged and (again.revisions.new, again.revisions.unchanged) == (0, 2)
    assert latest_release(publisher.settings.published) == again.release
    publisher.set(TOTAL, 80)
    publisher.release()
    differences = publisher.ledger(TOTAL, "difference::integer")
    assert differences == [(None,), (20,), (20,)]


def test_a_release_that_lost_a_revision_is_refused(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publisher.release()
    publisher.set(TOTAL, 60)
    from insight_pipeline.publication import revisions

    forgetful = revisions._open_ledger

    def forget(connection: duckdb.DuckDBPyConnection, before: Any) -> None:
        forgetful(connection, before)
        connection.execute(f"delete from {revisions.PUBLIC_LEDGER} where breakdown = '{PART}'")

    monkeypatch.setattr(revisions, "_open_ledger", forget)
    with pytest.raises(InsightError, match="gone or differ"):
        publisher.release()
    assert latest_release(publisher.settings.published) == first.release


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("update revision set revision_no = 3 where revision_no = 2", "numbered 1, 2, 3"),
        ("update revision set difference = 1 where revision_no = 2", "both shown"),
        ("update revision set value = 1, difference = -39 where revision_no = 2", "newest"),
        ("delete from revision where breakdown = 'one'", "newest revision"),
    ],
)
def test_revisions_that_do_not_add_up_are_found_when_read_back(
    publisher: Publisher, change: str, rule: str
) -> None:
    publisher.release()
    publisher.set(TOTAL, 60)
    summary = publisher.release()
    verify_release(summary.path, publisher.settings)
    with duckdb.connect(str(summary.path / "indicators.duckdb")) as opened:
        opened.execute(change)
    with pytest.raises(InsightError, match=rule):
        verify_release(summary.path, publisher.settings)


def test_the_triangle_holds_every_release_against_the_first_and_the_latest(
    publisher: Publisher,
) -> None:
    for numerator in (40, 60, 3, 80):
        publisher.set(TOTAL, numerator)
        publisher.release()
    columns = "release_no, first_value, value, latest_value, difference_from_first, "
    columns += "difference_to_latest"
    latest = publisher.settings.published / "latest" / "indicators.duckdb"
    with duckdb.connect(str(latest), read_only=True) as opened:
        rows = opened.execute(
            f"select {columns} from revision_triangle where breakdown = 'all' order by 1"
        ).fetchall()
    assert [tuple(n if n is None else int(n) for n in row) for row in rows] == [
        (1, 40, 40, 80, 0, 40),
        (2, 40, 60, 80, 20, 20),
        (3, 40, None, 80, None, None),
        (4, 40, 80, 80, 40, 0),
    ]


SEQUENCES = st.lists(
    st.tuples(*[st.sampled_from([0, 3, 20, 21, 40, 60])] * 3), min_size=1, max_size=4
)


@pytest.mark.slow
@hypothesis_settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sequence=SEQUENCES)
def test_whatever_is_released_the_public_ledger_adds_up_and_shows_nothing_withheld(
    publisher: Publisher, tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[int, ...]]
) -> None:
    home = tmp_path_factory.mktemp("releases")
    publisher.settings = replace(publisher.settings, home=home)
    shown: dict[tuple[str, str], object] = {}
    for counts in sequence:
        for breakdown, numerator in zip((TOTAL, PART, REST), counts, strict=True):
            publisher.set(breakdown, numerator)
        summary = publisher.release()
        rows = duckdb.execute(
            f"select breakdown, value from '{summary.path}/indicators.parquet'"
        ).fetchall()
        shown.update({(summary.release, row[0]): row[1] for row in rows})
    every = f"'{publisher.settings.published}/latest/revisions.parquet'"
    rows = duckdb.execute(
        f"select breakdown, release, value, previous_value, difference from {every} "
        "order by breakdown, revision_no"
    ).fetchall()
    assert all(shown[release, breakdown] == value for breakdown, release, value, _, _ in rows)
    for _, group in groupby(rows, key=lambda row: (row[0], row[2] is None)):
        run = list(group)
        if run[0][2] is None:
            assert all(row[4] is None for row in run)
        else:
            assert sum(row[4] for row in run[1:]) == run[-1][2] - run[0][2]
            assert run[0][4] is None
