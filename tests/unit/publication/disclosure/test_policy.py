"""Disclosure policies as data: ours is what it says, and a weak one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.disclosure.policy import (
    DisclosurePolicy,
    PoliciesInForce,
    Rounding,
    load_policies,
)
from tests.conftest import ROOT

FILE = ROOT / "data_contracts" / "publication" / "disclosure.yaml"


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / FILE.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_policy_in_force_hides_1_to_7_and_rounds_to_5() -> None:
    policies = load_policies(FILE)
    policy = policies.in_force
    assert policies.default == "nhs_hes"
    assert (policy.hide_from, policy.hide_to, policy.round_to) == (1, 7, 5)
    assert policy.guard_complement and policy.secondary
    assert policy.width == 3


@pytest.mark.parametrize(
    ("name", "hides", "rounds", "width"),
    [
        ("nhs_hes", (1, 7), 5, 3),
        ("under_5", (1, 4), 1, 3),
        ("round_to_10", (1, 9), 10, 8),
        ("dfe_1_to_5", (1, 5), 1, 4),
        ("ons_rates", (1, 2), 1, 1),
        ("opensafely_redact", (0, 7), 5, 3),
        ("opensafely_midpoint_6", None, 6, 0),
        ("none", None, 1, 0),
    ],
)
def test_policies_of_several_publishers_are_at_hand(
    name: str, hides: tuple[int, int] | None, rounds: int, width: int
) -> None:
    policy = load_policies(FILE).policies[name]
    assert policy.hides is (hides is not None)
    assert hides is None or (policy.hide_from, policy.hide_to) == hides
    assert policy.round_to == rounds
    assert policy.secondary is policy.hides
    assert policy.width == width


def test_every_indicator_that_is_named_exists() -> None:
    policies = load_policies(FILE)
    named = {*policies.indicators, *(name for c in policies.shared_cohorts for name in c)}
    known = {path.stem for path in (ROOT / "dbt_like_sql" / "indicators").glob("*.sql")}
    assert named <= known


def test_an_indicator_may_have_a_policy_of_its_own(tmp_path: Path) -> None:
    path = _changed(tmp_path, "shared_cohorts:", "indicators: {deaths: ons_rates}\nshared_cohorts:")
    policies = load_policies(path)
    assert policies.name_of("deaths") == "ons_rates"
    assert policies.of("deaths").rate_min_count == 3
    assert policies.of("others") == policies.in_force


def test_indicators_of_one_cohort_are_known_by_its_first() -> None:
    policies = PoliciesInForce("x", {}, {}, (("a", "b"), ("c", "d")))
    assert [policies.cohort_of(name) for name in "abcde"] == ["a", "a", "c", "c", "e"]


def test_a_policy_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="did you mean 'nhs_hes'"):
        load_policies(_changed(tmp_path, "default: nhs_hes", "default: nhs_he"))


def test_a_policy_that_an_indicator_names_must_exist(tmp_path: Path) -> None:
    path = _changed(tmp_path, "shared_cohorts:", "indicators: {deaths: ons_rate}\nshared_cohorts:")
    with pytest.raises(InsightError, match="did you mean 'ons_rates'"):
        load_policies(path)


def test_an_indicator_stands_in_one_cohort(tmp_path: Path) -> None:
    path = _changed(tmp_path, "shared_cohorts:", "shared_cohorts:\n  - [care_leaver_eet_6m, x]")
    with pytest.raises(InsightError, match="'care_leaver_eet_6m' more than once"):
        load_policies(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hide_to: 7", "hide_to: 0"),
        ("protection_width: 3", "protection_width: 7"),
        ("hide_from: 1", "hide_from: 2"),
        ("round_to: 5", "round_to: 20"),
        ("round_to: 5", "round_too: 5"),
        ("secondary: true", "secondary: maybe"),
        ("round_to: 5", "round_to: 5\n    largest_count: 0"),
        ("    hide_to: 7\n", ""),
        ("rounding: midpoint", "rounding: middle"),
        ("round_to: 6", "round_to: 7"),
        ("round_to: 5", "round_to: 5\n    amount_percent: 51"),
    ],
)
def test_a_policy_that_cannot_work_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(InsightError):
        load_policies(_changed(tmp_path, old, new))


def test_a_narrower_protection_is_possible_and_says_so() -> None:
    policy = DisclosurePolicy(
        title="t",
        source="s",
        hide_to=7,
        guard_complement=True,
        secondary=True,
        protection_width=3,
    )
    assert policy.width == 3
    assert policy.rounding is Rounding.NEAREST


@pytest.mark.parametrize(
    ("name", "fewest"),
    [("nhs_hes", 25), ("under_5", 5), ("opensafely_midpoint_6", 30), ("none", 0)],
)
def test_a_ratio_needs_five_steps_of_rounding_expected(name: str, fewest: int) -> None:
    assert load_policies(FILE).policies[name].fewest_expected == fewest
