"""Disclosure policies as data: ours is what it says, and a weak one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.policy import load_policy
from tests.conftest import ROOT

FILE = ROOT / "data_contracts" / "publication" / "disclosure.yaml"


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / FILE.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_policy_in_force_hides_1_to_7_and_rounds_to_5() -> None:
    name, policy = load_policy(FILE)
    assert name == "nhs_hes"
    assert (policy.hide_from, policy.hide_to, policy.round_to) == (1, 7, 5)
    assert policy.guard_complement and policy.secondary


def test_a_policy_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="did you mean 'nhs_hes'"):
        load_policy(_changed(tmp_path, "default: nhs_hes", "default: nhs_he"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hide_to: 7", "hide_to: 0"),
        ("hide_from: 1", "hide_from: 0"),
        ("round_to: 5", "round_to: 20"),
        ("round_to: 5", "round_too: 5"),
        ("secondary: true", "secondary: maybe"),
    ],
)
def test_a_policy_that_cannot_work_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(InsightError):
        load_policy(_changed(tmp_path, old, new))
