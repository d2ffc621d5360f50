"""Code lists: every agreed spelling means one code, on the days it is in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from insight_pipeline.contracts.promise.vocabulary import (
    load_vocabularies,
    spellings,
)
from insight_pipeline.kernel.errors import InsightError
from tests.conftest import ROOT

HEADER = "code,label,synonyms,valid_from,valid_to,source\n"
SEX = (
    "M,Male,1;Man; Boy ,2000-01-01,,dictionary\n"
    "F,Female,2;FEMALE;w\u0153man,2000-01-01,,dictionary\n"
    "X,Other,,2024-04-01,2025-03-31,dictionary\n"
)
DAY = date(2025, 3, 31)


def folder(root: Path, **lists: str) -> Path:
    for name, rows in lists.items():
        (root / f"{name}.csv").write_text(HEADER + rows, encoding="utf-8")
    return root


def meanings(root: Path, day: date = DAY) -> dict[tuple[str, str], str]:
    return {(v, word): code for v, word, code in spellings(load_vocabularies(root), day).rows()}


def test_code_label_and_synonyms_mean_the_code_in_any_case(tmp_path: Path) -> None:
    found = meanings(folder(tmp_path, sex=SEX))
    assert found == {
        **{("sex", word): "M" for word in ("m", "male", "1", "man", "boy")},
        **{("sex", word): "F" for word in ("f", "female", "2", "wœman")},
        **{("sex", word): "X" for word in ("x", "other")},
    }


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2024, 3, 31), False),
        (date(2024, 4, 1), True),
        (date(2025, 3, 31), True),
        (date(2025, 4, 1), False),
    ],
)
def test_a_code_counts_on_its_first_and_last_day_and_not_beyond(
    tmp_path: Path, day: date, known: bool
) -> None:
    assert (("sex", "x") in meanings(folder(tmp_path, sex=SEX), day)) is known


def test_lists_do_not_mix(tmp_path: Path) -> None:
    found = meanings(folder(tmp_path, sex=SEX, size="M,Medium,,,,\n"))
    assert (found["sex", "m"], found["size", "m"]) == ("M", "M")
    assert ("size", "male") not in found


def test_codes_stay_text(tmp_path: Path) -> None:
    assert meanings(folder(tmp_path, duty="01,First,1.0,,,\nNA,None,null,,,\n")) == {
        ("duty", "01"): "01",
        ("duty", "first"): "01",
        ("duty", "1.0"): "01",
        ("duty", "na"): "NA",
        ("duty", "none"): "NA",
        ("duty", "null"): "NA",
    }


def test_one_spelling_of_two_codes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="boy"):
        meanings(folder(tmp_path, sex="M,Male,boy,,,\nF,Female,Boy,,,\n"))


def test_a_spelling_may_pass_from_one_code_to_another(tmp_path: Path) -> None:
    lists = folder(tmp_path, sex="M,Male,x,2000-01-01,2024-03-31,\nF,Female,X,2024-04-01,,\n")
    assert meanings(lists, date(2024, 3, 31))["sex", "x"] == "M"
    assert meanings(lists, date(2024, 4, 1))["sex", "x"] == "F"


def test_a_header_of_another_shape_is_a_fault_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "sex.csv").write_text("code,label,synonym\nM,Male,\n")
    with pytest.raises(InsightError) as caught:
        load_vocabularies(tmp_path)
    assert "sex.csv" in str(caught.value)
    assert "synonyms" in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("M,Male,,2025-4-1,,\n", "valid_from"),
        ("M,Male,,,31/03/2025,\n", "valid_to"),
        ("M,Male,,20250401,,\n", "valid_from"),
        ("M,Male,,2025-02-30,,\n", "valid_from"),
        ("M,Male,,2025-04-01,2025-03-31,\n", "before"),
        (",Male,,,,\n", "line 2"),
        ("M,Male,,,,\n F,Female,,,,\n", "line 3"),
    ],
)
def test_a_line_that_means_no_code_or_no_day_is_refused_with_its_place(
    tmp_path: Path, rows: str, words: str
) -> None:
    with pytest.raises(InsightError) as caught:
        load_vocabularies(folder(tmp_path, sex=rows))
    assert "sex.csv" in str(caught.value)
    assert words in str(caught.value)


def test_every_bad_line_is_told(tmp_path: Path) -> None:
    with pytest.raises(InsightError) as caught:
        load_vocabularies(folder(tmp_path, sex=",Male,,,,\nF,Female,,soon,never,\n"))
    assert len(caught.value.faults) == 3


def test_an_empty_file_is_a_fault_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "sex.csv").write_text("")
    with pytest.raises(InsightError, match=r"sex\.csv"):
        load_vocabularies(tmp_path)


def test_no_lists_are_no_words(tmp_path: Path) -> None:
    assert load_vocabularies(tmp_path).height == 0
    assert spellings(load_vocabularies(tmp_path), DAY).rows() == []


def test_in_this_project_no_spelling_means_two_codes() -> None:
    lists = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
    assert lists.height
    for name, of_list in lists.group_by("vocabulary"):
        words = [
            word.strip().lower()
            for code, label, synonyms in of_list.select("code", "label", "synonyms").rows()
            for word in {w.strip().lower() for w in [code, label, *(synonyms or "").split(";")]}
            if word
        ]
        assert sorted(words) == sorted(set(words)), name
