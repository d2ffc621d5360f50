"""Themes: every indicator stands under an outcome there is, and every outcome has indicators."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.themes import VOCABULARY, unknown_themes
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.header import read
from insight_pipeline.sql.model import load_models
from tests.conftest import ROOT

FOLDER = ROOT / "dbt_like_sql" / "indicators"
VOCABULARIES = load_vocabularies(ROOT / "data_contracts" / "vocabularies")


def test_the_themes_of_the_indicators_are_those_of_the_code_list() -> None:
    models = load_models(FOLDER, IndicatorHeader)
    assert list(unknown_themes(models, VOCABULARIES)) == []
    used = {m.header.theme for m in models if isinstance(m.header, IndicatorHeader)}
    known = VOCABULARIES.filter(VOCABULARIES["vocabulary"] == VOCABULARY)["code"].to_list()
    assert used == set(known)


def test_a_theme_nobody_knows_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    text = (FOLDER / "hom_repeat_12m.sql").read_text(encoding="utf-8")
    path = tmp_path / "hom_repeat_12m.sql"
    path.write_text(text.replace("theme: homelessness", "theme: homelesness"), encoding="utf-8")
    (fault,) = unknown_themes(load_models(tmp_path, IndicatorHeader), VOCABULARIES)
    assert "'homelesness'" in fault.found and "'homelessness'" in fault.next_step


def test_an_indicator_without_a_theme_is_refused(tmp_path: Path) -> None:
    text = (FOLDER / "hom_repeat_12m.sql").read_text(encoding="utf-8")
    path = tmp_path / "hom_repeat_12m.sql"
    path.write_text(text.replace("theme: homelessness\n", ""), encoding="utf-8")
    with pytest.raises(InsightError, match="theme"):
        read(path, IndicatorHeader)
