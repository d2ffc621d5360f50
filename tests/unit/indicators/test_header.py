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


def _headers() -> dict[str, IndicatorHeader]:
    return {
        model.name: model.header
        for model in load_models(FOLDER, IndicatorHeader)
        if isinstance(model.header, IndicatorHeader)
    }


def test_at_least_five_of_at_least_fourteen_indicators_need_two_services_or_more() -> None:
    headers = _headers()
    assert len(headers) >= 14
    assert len([h for h in headers.values() if len(h.services) >= 2]) >= 5


def test_a_local_measure_has_its_own_id_and_no_two_share_one() -> None:
    standards = {name: header.standard for name, header in _headers().items()}
    local = {
        name for name, standard in standards.items() if standard.framework.startswith("Local m")
    }
    assert local and all(standards[name].id == name for name in local)
    assert len({(s.framework, s.id) for s in standards.values()}) == len(standards)


def test_the_services_followed_are_all_but_the_first_unless_said() -> None:
    headers = _headers()
    assert headers["homeless_to_treatment_21d"].followed_services == ("substance_misuse",)
    assert headers["hom_repeat_12m"].followed_services == ("homelessness",)
    both = ("acute_hospital", "adult_social_care")
    assert headers["asc_home_91_days"].followed_services == both


def test_a_benchmark_says_its_value_name_and_source_and_goes_before_the_target(
    tmp_path: Path,
) -> None:
    said = "benchmark: {value: 12.5, name: England 2023/24, source: A yearbook}\n"
    header, _ = read(_copy(tmp_path, "target:", f"{said}target:"), IndicatorHeader)
    assert header.benchmark and header.benchmark.value == 12.5
    assert header.target and header.target.name.startswith("Ashmere council plan")
    assert header.yardstick == header.benchmark
    assert _headers()[FILES[0].stem].yardstick == header.target


def test_every_target_says_that_the_borough_is_fictional_and_no_value_of_england_is_made_up() -> (
    None
):
    targets = [header.target for header in _headers().values() if header.target]
    assert len(targets) >= 14
    assert all("fictional borough" in target.source for target in targets)
    assert [name for name, header in _headers().items() if header.benchmark] == []


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
        ("services: [adult_social_care]", "services: [adult_social_care]\nfollowed: [leisure]"),
        ("window_days: 0", "window_days: 0\nminimum_maturity_days: -1"),
        (", id: 2B}", "}"),
        (", id: 2B}", ", id: 2B, page: 3}"),
        ("unit: people", "unit: persons"),
        ("window_days: 0", "window_days: 0\nbenchmark: {value: 12.5, name: England 2023/24}"),
        ("window_days: 0", "window_days: 0\nbenchmark: {value: -1, name: a, source: b}"),
        ("value: 300", "value: -1"),
        ("target:", "no_benchmark: Because.\ntarget:"),
        ("window_days: 0", "window_days: 0\noutcome_spend: [leisure]"),
        ("window_days: 0", "window_days: 0\noutcome_spend: [adult_social_care]"),
    ],
)
def test_a_value_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(InsightError):
        read(_copy(tmp_path, old, new), IndicatorHeader)
