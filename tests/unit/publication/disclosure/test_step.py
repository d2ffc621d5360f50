"""The whole step, release after release: withheld, rounded, gated, attacked, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.disclosure import step
from insight_pipeline.publication.disclosure.policy import (
    DisclosurePolicy,
    PoliciesInForce,
    load_policies,
    only,
)
from insight_pipeline.publication.disclosure.step import disclose
from insight_pipeline.publication.release import POLICY_FILE, publish
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

Connection = duckdb.DuckDBPyConnection
Plant = Callable[..., None]
Headers = dict[str, IndicatorHeader]
AS_OF = date(2025, 6, 30)
AREAS = {"A": (3, 50), "B": (20, 60), "C": (30, 70), "D": (40, 80)}


@pytest.fixture
def exact(policies: dict[str, DisclosurePolicy]) -> DisclosurePolicy:
    return policies["under_5"]


@pytest.fixture
def areas(plant: Plant) -> None:
    for name, counts in AREAS.items():
        plant("area", name, *counts)
    plant("total", "all", *(sum(counts[i] for counts in AREAS.values()) for i in (0, 1)))


def _blanks(connection: Connection) -> set[str]:
    query = "select breakdown from public_figure where shorthand = '[c]'"
    return {row[0] for row in connection.execute(query).fetchall()}


def test_a_blank_takes_another_with_it_where_the_rest_would_tell_it(
    connection: Connection, areas: None, exact: DisclosurePolicy, tmp_path: Path
) -> None:
    found = disclose(connection, only(exact), tmp_path)
    assert _blanks(connection) == {"A", "B"}
    assert (found.further, found.judged) == (1, 1)


def test_rounding_may_be_protection_enough(
    connection: Connection, areas: None, hes: DisclosurePolicy, tmp_path: Path
) -> None:
    found = disclose(connection, only(hes), tmp_path)
    assert _blanks(connection) == {"A"}
    assert found.further == 0


def test_a_policy_that_hides_nothing_is_not_attacked_in_vain(
    connection: Connection, areas: None, policies: dict[str, DisclosurePolicy], tmp_path: Path
) -> None:
    disclose(connection, only(policies["none"]), tmp_path)
    assert _blanks(connection) == set()


def test_without_secondary_suppression_a_recoverable_count_stops_the_release(
    connection: Connection, areas: None, exact: DisclosurePolicy, tmp_path: Path
) -> None:
    careless = exact.model_copy(update={"secondary": False})
    with pytest.raises(InsightError, match="can be worked out") as refused:
        disclose(connection, only(careless), tmp_path)
    words = str(refused.value)
    assert "kept, 2025-01-01" in words and "3 that can be" in words
    assert not {"47", "50", "'A'"} & set(re.findall(r"'?\w+'?", words))


def test_the_audit_reads_what_is_about_to_be_published(
    connection: Connection,
    areas: None,
    exact: DisclosurePolicy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(step, "hide", lambda connection, further: None)
    with pytest.raises(InsightError, match="can be worked out"):
        disclose(connection, only(exact), tmp_path)


@pytest.mark.parametrize("hides_more", [True, False])
def test_a_lonely_amount_takes_another_with_it_or_stops_the_release(
    connection: Connection,
    plant: Plant,
    hes: DisclosurePolicy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hides_more: bool,
) -> None:
    # 1,000 of 2,600 days are one person's: the rest would tell them to within 8.
    mean = {"statistic": "mean", "multiplier": 1, "spread": 20.0}
    for name, amount, people in (("A", 900, 40), ("B", 700, 39), ("C", 1000, 1)):
        plant("area", name, amount, people, **mean)
    plant("total", "all", 2600, 80, **mean | {"spread": 60.0})
    if hides_more:
        assert disclose(connection, only(hes), tmp_path).further == 1
        assert _blanks(connection) == {"B", "C"}
        return
    monkeypatch.setattr(step, "hide", lambda connection, further: None)
    with pytest.raises(InsightError, match="can be worked out"):
        disclose(connection, only(hes), tmp_path)


def test_one_period_neither_protects_nor_exposes_another(
    connection: Connection, areas: None, plant: Plant, exact: DisclosurePolicy, tmp_path: Path
) -> None:
    later = {"period_from": "2025-04-01", "period_to": "2025-06-30"}
    for name in AREAS:
        plant("area", name, 40, 80, **later)
    plant("total", "all", 160, 320, **later)
    disclose(connection, only(exact), tmp_path)
    query = "select distinct period_from from public_figure where shorthand = '[c]'"
    assert connection.execute(query).fetchall() == [(date(2025, 1, 1),)]


def test_indicators_of_one_cohort_are_judged_together(
    connection: Connection, plant: Plant, exact: DisclosurePolicy, tmp_path: Path
) -> None:
    # Of 9 people 6 met the one and 5 the other: the rests are small, and 9 is told by neither.
    for name, counts in {"kept": (6, 9), "other": (5, 9)}.items():
        plant("area", "A", *counts, indicator_id=name)
        plant("area", "B", 20, 50, indicator_id=name)
        plant("total", "all", counts[0] + 20, 59, indicator_id=name)
    shared = PoliciesInForce("exact", {"exact": exact}, {}, (("kept", "other"),))
    assert disclose(connection, shared, tmp_path).judged == 1
    assert disclose(connection, only(exact), tmp_path).judged == 2


def test_immature_figures_take_no_part(
    connection: Connection, plant: Plant, exact: DisclosurePolicy, tmp_path: Path
) -> None:
    plant("total", "all", 3, 40, is_not_mature=True)
    assert disclose(connection, only(exact), tmp_path).judged == 0


def _public(connection: Connection, where: str = "true") -> list[tuple[Any, ...]]:
    return connection.execute(f"select * from public_figure where {where}").fetchall()


def test_neither_order_nor_threads_change_a_figure(
    connection: Connection, areas: None, exact: DisclosurePolicy, tmp_path: Path
) -> None:
    disclose(connection, only(exact), tmp_path)
    first = _public(connection)
    for order, threads in (("breakdown desc", 1), ("numerator", 4)):
        connection.execute(f"set threads = {threads}")
        connection.execute(
            "create or replace table indicators.figure as "
            f"select * from indicators.figure order by {order}"
        )
        disclose(connection, only(exact), tmp_path)
        assert _public(connection) == first


def test_an_added_provider_leaves_other_figures_as_they_are(
    connection: Connection, areas: None, plant: Plant, exact: DisclosurePolicy, tmp_path: Path
) -> None:
    plant("total", "all", 30, 60, indicator_id="other")
    plant("provider", "homestead", 30, 60, indicator_id="other")
    disclose(connection, only(exact), tmp_path)
    first = _public(connection, "indicator_id = 'kept'")
    plant("provider", "newcomer", 2, 9, indicator_id="other")
    disclose(connection, only(exact), tmp_path)
    assert _public(connection, "indicator_id = 'kept'") == first


def _publish(
    connection: Connection, headers: Headers, settings: Settings, changes: dict[str, int]
) -> None:
    for breakdown, numerator in changes.items():
        connection.execute(
            "update indicators.figure set numerator = ? where breakdown = ?",
            [numerator, breakdown],
        )
    publish(connection, headers, settings, AS_OF)


@pytest.fixture
def exact_everywhere(
    exact: DisclosurePolicy, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Publishing under a policy that does not round, and with releases withdrawn if any."""

    def use(*withdrawn: str) -> None:
        in_force = PoliciesInForce("under_5", {"under_5": exact}, {}, (), withdrawn)
        monkeypatch.setattr(
            "insight_pipeline.publication.release.load_policies", lambda path: in_force
        )

    use()
    return use


@pytest.mark.parametrize("nights", [1, 3])
def test_a_block_that_tells_nothing_new_is_not_judged_again(
    connection: Connection,
    areas: None,
    plant: Plant,
    headers: Headers,
    settings: Settings,
    nights: int,
) -> None:
    plant("total", "all", 30, 60, indicator_id="other")
    plant("sex", "F", 30, 60, indicator_id="other")
    headers["other"] = headers["kept"]
    policies = load_policies(ROOT / "data_contracts" / POLICY_FILE)
    for _ in range(nights):
        publish(connection, headers, settings, AS_OF)
    assert disclose(connection, policies, settings.published).judged == 0
    connection.execute("update indicators.figure set numerator = 45 where breakdown = 'D'")
    assert disclose(connection, policies, settings.published).judged == 1


def test_other_rules_judge_everything_again(
    connection: Connection, areas: None, headers: Headers, settings: Settings
) -> None:
    publish(connection, headers, settings, AS_OF)
    policies = load_policies(ROOT / "data_contracts" / POLICY_FILE)
    stricter = policies.in_force.model_copy(update={"hide_to": 8})
    assert disclose(connection, only(stricter), settings.published).judged == 1


def test_a_second_release_withholds_what_the_first_did_and_not_another(
    connection: Connection,
    areas: None,
    headers: Headers,
    settings: Settings,
    exact_everywhere: Callable[..., None],
) -> None:
    _publish(connection, headers, settings, {})
    assert _blanks(connection) == {"A", "B"}
    # By itself, C would now be the smallest to go with A; next to the first release it is B.
    connection.execute("update indicators.figure set denominator = 55 where breakdown = 'C'")
    connection.execute("update indicators.figure set denominator = 245 where breakdown = 'all'")
    _publish(connection, headers, settings, {"C": 18, "all": 81})
    assert _blanks(connection) == {"A", "B"}


def test_a_release_after_one_that_gave_a_count_away_is_refused_until_people_decide(
    connection: Connection,
    areas: None,
    headers: Headers,
    settings: Settings,
    exact: DisclosurePolicy,
    exact_everywhere: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(step, "_hide_further", lambda *arguments: 0)
    monkeypatch.setattr(step, "_leaks", lambda *arguments: ())
    monkeypatch.setattr(step, "_rules", lambda policies: "careless")
    careless = publish(connection, headers, settings, AS_OF)
    monkeypatch.undo()
    policies = PoliciesInForce("under_5", {"under_5": exact}, {})
    with pytest.raises(InsightError, match="withdrawn") as refused:
        disclose(connection, policies, settings.published)
    assert "kept, 2025-01-01" in str(refused.value)
    withdrawn = PoliciesInForce("under_5", {"under_5": exact}, {}, (), (careless.release,))
    disclose(connection, withdrawn, settings.published)
    assert _blanks(connection) == {"A", "B"}


def test_only_one_module_makes_the_public_figures() -> None:
    makers = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "insight_pipeline").rglob("*.py"))
        if re.search(
            r"\b(table|view|into|update) (\w+\.)?(public_figure|\{PUBLIC_TABLE\})( as|\s*\()",
            path.read_text(encoding="utf-8"),
        )
    ]
    assert makers == ["insight_pipeline/publication/disclosure/public.py"]


def test_public_and_unsuppressed_figures_are_in_different_files(
    connection: Connection, areas: None, headers: Headers, settings: Settings
) -> None:
    summary = publish(connection, headers, settings, AS_OF)
    with duckdb.connect(str(summary.path / "indicators.duckdb"), read_only=True) as opened:
        tables = {row[0] for row in opened.execute("show tables").fetchall()}
        schemas = {
            row[0]
            for row in opened.execute(
                "select distinct schema_name from duckdb_tables() where not internal"
            ).fetchall()
        }
    assert "figure" in tables
    assert schemas == {"main"}
    kept = connection.execute(
        "select count(*) from duckdb_tables() where not temporary and table_name like 'public%'"
    ).fetchall()
    assert kept == [(0,)]
