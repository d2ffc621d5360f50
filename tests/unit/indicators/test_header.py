"""The headers of the indicators we have, and headers that must be refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.header import read
from insight_pipeline.sql.model import load_models
from tests.conftest import ROOT

FOLDER = ROOT / "dbt_like_sql" / "indicators"
FILES = sorted(FOLDER.glob("*.sql"))


def _copy(tmp_path: Path, old: str, new: str) -> Path:
    text = FILES[0].read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / FILES[0].name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_indicator_has_a_complete_header(path: Path) -> None:
    header, _ = read(path, IndicatorHeader)
    assert header.title and header.question.endswith("?")
    assert header.caveats


def test_at_least_five_indicators_join_two_services_or_more() -> None:
    headers = [model.header for model in load_models(FOLDER, IndicatorHeader)]
    joined = [h for h in headers if isinstance(h, IndicatorHeader) and len(h.services) >= 2]
    assert len(joined) >= 5


def test_a_misspelt_key_is_refused_with_the_nearest_known_one(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="did you mean 'polarity'"):
        read(_copy(tmp_path, "polarity:", "polarty:"), IndicatorHeader)


def test_a_statistic_we_do_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="statistic"):
        read(_copy(tmp_path, "statistic: rate", "statistic: ratio"), IndicatorHeader)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("window_days: 0", "window_days: -1"),
        ("multiplier: 100000", "multiplier: 0"),
        ("services: [adult_social_care]", "services: []"),
        ('since: "2024-04-01"', 'since: "spring"'),
    ],
)
def test_a_value_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(InsightError):
        read(_copy(tmp_path, old, new), IndicatorHeader)
