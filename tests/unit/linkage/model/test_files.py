"""Models are dated and hashed, never changed, and used only when somebody adopted them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.model import files
from insight_pipeline.linkage.model.files import Adoption
from insight_pipeline.linkage.model.model import Finding, Model, PrecisionPoint

DAY = date(2025, 6, 30)
SHARES = {"sex": [0.97, 0.03]}


def model(join: float = -1.0) -> Model:
    return Model(
        prior_match=0.001,
        prior_relative=0.002,
        prior_namesake=0.001,
        match=SHARES,
        relative=SHARES,
        namesake=SHARES,
        stranger=SHARES,
        evidence_pairs={"sex": 1200.0},
        join=join,
        precision=(PrecisionPoint(3, 10, 9, 0.9),),
        findings=(Finding("sex", "same", "few pairs", "the belief decides"),),
        issuers={"nhs_number": {"pairs": 200, "slips": 0, "contradictions": 1}},
    )


def write_lookups(path: Path) -> None:
    path.write_bytes(b"counts")


def write_others(path: Path) -> None:
    path.write_bytes(b"other counts")


def adoption(name: str) -> Adoption:
    return Adoption(model=name, adopted_by="A. Reader", reason="a test")


def test_a_model_is_named_by_its_date_and_hash_and_comes_back_as_it_was(tmp_path: Path) -> None:
    saved = files.save(tmp_path, model(), DAY, write_lookups)
    assert saved.name.startswith("2025-06-30-")
    assert files.load(tmp_path, saved.name) == saved
    assert saved.lookups.read_bytes() == b"counts"


def test_saving_the_same_model_again_changes_nothing_and_another_gets_another_name(
    tmp_path: Path,
) -> None:
    first = files.save(tmp_path, model(), DAY, write_lookups)
    again = files.save(tmp_path, model(), DAY, write_lookups)
    other = files.save(tmp_path, model(join=0.5), DAY, write_lookups)
    more = files.save(tmp_path, model(), DAY, write_others)
    assert first == again
    assert files.names(tmp_path) == sorted({first.name, other.name, more.name})
    assert len(files.names(tmp_path)) == 3


def test_no_model_is_in_use_before_one_is_adopted(tmp_path: Path) -> None:
    saved = files.save(tmp_path, model(), None, write_lookups)
    assert saved.name.startswith("undated-")
    assert files.active(tmp_path) is None
    files.adopt(tmp_path, adoption(saved.name))
    assert files.active(tmp_path) == adoption(saved.name)


def test_a_model_that_is_not_there_cannot_be_adopted_and_the_nearest_is_named(
    tmp_path: Path,
) -> None:
    saved = files.save(tmp_path, model(), DAY, write_lookups)
    with pytest.raises(InsightError, match=f"did you mean '{saved.name}'"):
        files.adopt(tmp_path, adoption(saved.name[:-1] + "x"))
    assert files.active(tmp_path) is None


@pytest.mark.parametrize("path", ["./{}", "{}/", "../models/{}", ""])
def test_a_path_to_a_model_is_not_its_name(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "models"
    saved = files.save(folder, model(), DAY, write_lookups)
    with pytest.raises(InsightError, match="insight model list"):
        files.adopt(folder, adoption(path.format(saved.name)))
    assert files.active(folder) is None
