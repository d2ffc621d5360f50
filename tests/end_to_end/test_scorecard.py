"""Files the simulation sent late, cut off or twice are seen in the scorecard, and only those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from insight_pipeline.contracts.service_levels.store import read_scorecard
from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from insight_pipeline.simulation.faults import LATE_DAYS
from insight_pipeline.simulation.window import DELIVERY_LAG
from tests.end_to_end.project import query, settings_for

# Slow: a night of its own; the parts are tested by themselves (unit/contracts/service_levels).
pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

LATENCY_DAYS = 14


@dataclass(frozen=True)
class Borough:
    """A small borough after its first night."""

    settings: Settings
    card: pl.DataFrame
    deliveries: pl.DataFrame

    def line(self, fate: str) -> dict[str, Any]:
        """The scorecard's line of the one delivery with this fate."""
        (sent,) = self.deliveries.filter(pl.col("expected_fate") == fate).to_dicts()
        stem = f"{sent['provider']}__{sent['dataset']}"
        month = date.fromisoformat(sent["period_to"]).replace(day=1)
        wanted = (pl.col("stem") == stem) & (pl.col("period_month") == month)
        (found,) = self.card.filter(wanted).to_dicts()
        return found


@pytest.fixture(scope="module")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Borough:
    folder: Path = tmp_path_factory.mktemp("scorecard")
    settings = settings_for(folder / "home")
    # A provider that is planted to fail time after time has tests of its own (early warning).
    truth = settings.home / "truth"
    simulate(settings.inbox, truth, citizens=1_000, months=12, seed=5, is_planted=False)
    assert run_nightly(settings).succeeded
    deliveries = pl.read_parquet(settings.home / "truth" / "delivery.parquet")
    return Borough(settings, read_scorecard(settings), deliveries)


def test_the_late_file_is_the_only_one_that_breaks_the_agreed_days(borough: Borough) -> None:
    late = borough.line("late")
    assert late["worst_late_days"] == DELIVERY_LAG.days + LATE_DAYS - LATENCY_DAYS
    assert late["is_latency_kept"] is False
    broken = borough.card.filter(~pl.col("is_latency_kept"))
    assert broken["provider_id"].unique().to_list() == [late["provider_id"]]
    assert broken["period_month"].unique().to_list() == [late["period_month"]]


@pytest.mark.parametrize("fate", ["refused_truncated", "refused_wrong_period"])
def test_a_refused_file_shows_as_rejected_and_mended_days_later(
    borough: Borough, fate: str
) -> None:
    line = borough.line(fate)
    (refused,) = borough.deliveries.filter(pl.col("expected_fate") == fate).to_dicts()
    again = borough.deliveries.filter(
        (pl.col("provider") == refused["provider"])
        & (pl.col("dataset") == refused["dataset"])
        & (pl.col("period_to") == refused["period_to"])
        & (pl.col("submitted_at") > refused["submitted_at"])
    )
    days = date.fromisoformat(again["submitted_at"][0][:10]) - date.fromisoformat(
        refused["submitted_at"][:10]
    )
    assert (line["deliveries_expected"], line["deliveries_received"]) == (1, 2)
    assert 0.2 < line["rejected_share"] < 0.8
    assert (line["deliveries_mended"], line["correction_days"]) == (1, days.days)
    assert (line["is_frequency_kept"], line["is_latency_kept"]) == (True, True)


def test_a_file_sent_twice_shows_as_duplicate(borough: Borough) -> None:
    line = borough.line("duplicate")
    same = borough.card.filter(pl.col("stem") == line["stem"])
    repeated = same.filter(pl.col("duplicates_share").cast(pl.Float64) >= 0.5)
    assert repeated["period_month"].to_list() == [line["period_month"]]
    assert line["deliveries_received"] == 1


def test_nothing_that_was_due_is_missing_and_shares_are_as_good_as_the_dirt(
    borough: Borough,
) -> None:
    card = borough.card
    assert card["is_frequency_kept"].drop_nulls().all()
    sent = card.filter(pl.col("rows_rejected") == 0)
    assert sent.height > 30
    assert sent["validity"].min() > 0.8
    assert 0.5 < sent["completeness"].min() < sent["completeness"].max() <= 1
    linked = card.filter(pl.col("record_count") > 50)
    assert linked.height > 5 and linked["linkability"].min() > 0.8
    assert card.filter(pl.col("stem").is_null())["provider_id"].n_unique() >= 7


def test_the_release_shows_it_without_counts_of_rows(borough: Borough) -> None:
    release = borough.settings.published / "latest"
    shown = "select count(*), count(validity_pct), count(*) filter (shorthand = '[c]')"
    lines, shares, withheld = query(release / "indicators.duckdb", f"{shown} from scorecard")[0]
    assert lines == borough.card.height
    assert 0 < shares <= lines - withheld
    columns = "select column_name from duckdb_columns() where table_name = 'scorecard'"
    names = {row[0] for row in query(release / "indicators.duckdb", columns)}
    assert not {name for name in names if name.startswith("rows_") or name == "record_count"}
    in_warehouse = query(borough.settings.warehouse, "select count(*) from reference.scorecard")
    assert in_warehouse == [(lines,)]
