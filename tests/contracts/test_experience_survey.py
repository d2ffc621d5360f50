"""The experience survey's contract over examples: what is taken, what is held, and free text."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.contracts.offline import Checked, check_file, find_contract, load_law
from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

STEM = "voices__experience_survey"
FOLDER = Path(__file__).parent / STEM
CANARY = "Zanzibar"


class Expected(StrictModel):
    """Line of rejected.csv → codes of the rules it breaks, of those that hold it and others."""

    held: dict[str, tuple[str, ...]]
    remarked: dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Checked]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), project=ROOT)
    contract, law = load_law(find_contract(STEM, settings), settings)
    return {
        path.stem: check_file(path, contract, law, None, settings)
        for path in sorted(FOLDER.glob("*.csv"))
    }


def test_invitations_and_answers_as_the_organisation_writes_them_are_taken(
    check: dict[str, Checked],
) -> None:
    found = check["accepted"]
    assert found.sound, found.issues
    assert found.examination.accepted == 5


@pytest.mark.parametrize(("severity", "part"), [("record", "held"), ("warn", "remarked")])
def test_unsound_answers_are_held_or_remarked_on_with_their_reasons(
    check: dict[str, Checked], severity: str, part: str
) -> None:
    issues = check["rejected"].issues.filter(severity=severity).drop_nulls("line")
    told: dict[str, tuple[str, ...]] = {}
    for line, code in issues.sort("line", "code").select("line", "code").rows():
        told[str(line)] = (*told.get(str(line), ()), code)
    assert told == getattr(load_yaml(FOLDER / "expected.yaml", Expected), part)


def test_a_column_of_free_text_is_remarked_on_and_its_text_is_not_taken_in(
    check: dict[str, Checked],
) -> None:
    found = check["with_free_text"]
    assert "unknown_columns" in found.issues["code"].to_list()
    assert found.examination.accepted == 1
    assert CANARY in (FOLDER / "with_free_text.csv").read_text(encoding="utf-8")
    assert CANARY not in str(found.issues.rows())
