"""The contract of reviewers' decisions over examples: what is taken, what is held, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.contracts.offline import Checked, check_file, find_contract, load_law
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

STEM = "council__linkage_decisions"
FOLDER = Path(__file__).parent / STEM


class Expected(StrictModel):
    """Line of the file → codes of the rules it breaks, of rejected.csv."""

    held: dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Checked]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), project=ROOT)
    contract, law = load_law(find_contract(STEM, settings), settings)
    return {
        path.stem: check_file(path, contract, law, None, settings)
        for path in sorted(FOLDER.glob("*.csv"))
    }


def test_sound_decisions_are_taken_as_they_are(check: dict[str, Checked]) -> None:
    found = check["accepted"]
    assert found.sound, found.issues
    assert found.examination.accepted == 4


def test_unsound_decisions_are_held_with_their_reasons(check: dict[str, Checked]) -> None:
    issues = check["rejected"].issues.filter(severity="record").sort("line", "code")
    held: dict[str, tuple[str, ...]] = {}
    for line, code in issues.select("line", "code").rows():
        held[str(line)] = (*held.get(str(line), ()), code)
    assert held == load_yaml(FOLDER / "expected.yaml", Expected).held
