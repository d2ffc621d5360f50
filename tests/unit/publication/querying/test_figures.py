"""Figures chosen by what they are about, as a release gives them."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.querying.choosing import WrongUse
from insight_pipeline.publication.querying.figures import Wanted, find_figures
from insight_pipeline.settings import Settings
from tests.unit.publication.database.conftest import HANDED_OFF, MISSED, REVISED, SHARED
from tests.unit.publication.querying.conftest import Sample


def found(home: Settings, sample: Sample, **wanted: Any) -> pl.DataFrame:
    return find_figures(home, sample.second, Wanted(**wanted))


def ids(frame: pl.DataFrame) -> list[str]:
    return frame["figure_id"].to_list()


def test_the_totals_of_the_latest_complete_periods_are_shown_first_of_all(
    home: Settings, sample: Sample
) -> None:
    assert ids(found(home, sample)) == [
        f"{MISSED}@2025-10-01",
        f"{REVISED}@2025-10-01",
        f"{HANDED_OFF}@2025-04-01",
        f"{SHARED}@2025-04-01",
    ]


def test_every_figure_of_the_release_is_found_once_and_is_what_the_release_says(
    home: Settings, sample: Sample
) -> None:
    frame = found(home, sample, breakdown="all", all_periods=True)
    said = sample.ask(
        "select series_id || '@' || period_from, value, lower95, numerator, shorthand "
        "from marked_figures order by all"
    )
    columns = ("figure_id", "value", "lower95", "numerator", "shorthand")
    assert sorted(map(repr, frame.select(columns).rows())) == sorted(map(repr, said))
    assert frame["figure_id"].is_unique().all()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"provider": "homestead"}, [f"{REVISED}/provider/homestead@2025-10-01"]),
        ({"area": "E05900001"}, [f"{REVISED}/area/E05900001@2025-10-01"]),
        ({"area": "abbey"}, [f"{REVISED}/area/E05900001@2025-10-01"]),
        ({"breakdown": "sex=M"}, [f"{REVISED}/sex/M@2025-10-01"]),
        ({"indicators": (REVISED,), "period": "2025-04-01"}, [f"{REVISED}@2025-04-01"]),
        ({"period": "2025/26 Q2"}, [f"{REVISED}@2025-07-01"]),
        ({"period": "2025/26 Q2 (Jul to Sep)"}, [f"{REVISED}@2025-07-01"]),
        ({"period": "2024/25"}, [f"{HANDED_OFF}@2024-04-01"]),
        ({"theme": "homelessness"}, [f"{REVISED}@2025-10-01"]),
        ({"theme": "homelessness", "provider": "newleaf"}, []),
    ],
)
def test_each_option_leaves_what_it_names(
    home: Settings, sample: Sample, wanted: dict[str, Any], names: list[str]
) -> None:
    assert ids(found(home, sample, **wanted)) == names


def test_the_borough_as_an_area_means_its_totals(home: Settings, sample: Sample) -> None:
    assert ids(found(home, sample, area="Ashmere")) == ids(found(home, sample))


def test_a_kind_of_breakdown_gives_all_of_it_and_several_indicators_can_be_named(
    home: Settings, sample: Sample
) -> None:
    frame = found(home, sample, indicators=(REVISED, SHARED), breakdown="provider")
    assert frame.select("indicator_id", "breakdown").rows() == [
        (REVISED, "homestead"),
        (REVISED, "otherhomes"),
        (SHARED, "newleaf"),
        (SHARED, "recoverwell"),
    ]


def test_comparisons_are_in_words_with_the_name_and_value_of_what_is_compared_with(
    home: Settings, sample: Sample
) -> None:
    total = found(home, sample, indicators=(REVISED,)).row(0, named=True)
    assert total["comparison"] == "better than England 2024/25 (55.50)"
    ward = found(home, sample, area="Bankside").row(0, named=True)
    assert ward["comparison"] == "worse than Ashmere (60.00)"
    assert ward["value"] == Decimal("50.71")


def test_what_is_withheld_has_its_symbol_and_no_number_and_no_comparison(
    home: Settings, sample: Sample
) -> None:
    frame = found(home, sample, breakdown="all", all_periods=True)
    withheld = frame.filter(pl.col("value").is_null())
    assert withheld.height
    assert set(withheld["shorthand"]) <= {"[c]", "[x]", "[z]"}
    numbers = ("lower95", "upper95", "numerator", "denominator", "comparison")
    assert [withheld[name].null_count() for name in numbers] == [withheld.height] * 5


def test_a_revised_figure_is_marked(home: Settings, sample: Sample) -> None:
    (mark,) = found(home, sample, indicators=(REVISED,), period="2025-04-01")["shorthand"]
    assert "[r]" in mark


def test_everything_misspelt_is_told_at_once_with_the_nearest(
    home: Settings, sample: Sample
) -> None:
    with pytest.raises(WrongUse) as refused:
        found(
            home,
            sample,
            indicators=("hom_prevented", "zzzz"),
            provider="homesteed",
            theme="homlessness",
            period="2025/26 Q5",
        )
    told = {(fault.where, fault.next_step) for fault in refused.value.faults}
    assert told == {
        ("--indicator", f"did you mean '{REVISED}'?"),
        ("--indicator", "nothing similar is known"),
        ("--provider", "did you mean 'homestead'?"),
        ("--theme", "did you mean 'homelessness'?"),
        ("--period", "did you mean '2025/26'?"),
    }


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"area": "Abey"}, "did you mean 'Abbey'?"),
        ({"breakdown": "sexx"}, "did you mean 'sex'?"),
        ({"breakdown": "sex=X"}, "did you mean 'sex=M'?"),
    ],
)
def test_areas_and_breakdowns_are_spelt_as_in_the_release(
    home: Settings, sample: Sample, wanted: dict[str, Any], told: str
) -> None:
    with pytest.raises(WrongUse) as refused:
        found(home, sample, **wanted)
    assert told in str(refused.value)


def test_an_indicator_without_a_complete_period_says_that_it_has_none_yet(
    home: Settings, sample: Sample, tmp_path: Path
) -> None:
    shutil.copy(sample.second / "indicators.duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "indicators.duckdb")) as opened:
        opened.execute(
            "update figure set is_not_mature = true, value = null, shorthand = '[x]' "
            "where indicator_id = ?",
            [HANDED_OFF],
        )
    frame = find_figures(home, tmp_path, Wanted(indicators=(HANDED_OFF,)))
    assert frame["shorthand"].to_list() == ["[x]"]


def test_a_release_made_before_it_had_series_is_told_so(home: Settings, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "indicators.duckdb")) as opened:
        opened.execute("create table figure as select 'kept' as indicator_id")
    with pytest.raises(InsightError, match="made before"):
        find_figures(home, tmp_path, Wanted())
