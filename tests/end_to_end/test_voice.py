"""Citizen voice: weighted answers against what all who were asked would have said.

Belongs here: the default borough's survey, and free text that somebody sends all the same. Does not
belong here: the weighting of a case one can count by hand (tests/sql/fct_survey_answer.yaml).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.defs.launch import run_nightly
from tests.contracts.test_experience_survey import FOLDER
from tests.end_to_end.boroughs import Borough
from tests.end_to_end.project import copy_project, query, settings_for, texts, write_manifest

pytestmark = pytest.mark.end_to_end

KEYS = ["indicator_id", "period_from", "breakdown_type", "breakdown"]
GOOD, TOGETHER = "voice_good_experience", "voice_services_worked_together"
FEWEST_ANSWERS = 20
LEAST_COVERED = 0.90
LEAST_GAIN = 0.05  # of the mean distance from the truth
CANARY = "Zanzibarquist"


def beside_the_truth(borough: Borough) -> pl.DataFrame:
    """Each figure of the survey beside the true share: KEYS, value, lower95, upper95, denominator,
    true_share and answered_share, all shares in per cent."""
    columns = [*KEYS, "denominator", "value", "lower95", "upper95"]
    rows = query(
        borough.settings.warehouse,
        "select indicator_id, period_from, breakdown_type, breakdown, denominator, value::double, "
        "lower95::double, upper95::double from indicators.figure "
        "where starts_with(indicator_id, 'voice_') and not is_not_mature",
    )
    found = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    return borough.true("voice").join(found, on=KEYS)


def of_services(borough: Borough) -> pl.DataFrame:
    """Figures of one service and quarter that rest on enough answers."""
    kept = (pl.col("breakdown_type") == "service") & (pl.col("denominator") >= FEWEST_ANSWERS)
    return beside_the_truth(borough).filter(kept)


def test_weighted_figures_are_nearer_the_truth_than_the_answers_alone(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    of_good = of_services(borough).filter(pl.col("indicator_id") == GOOD)
    assert of_good.height > 60
    weighted = of_good["value"] - of_good["true_share"]
    alone = of_good["answered_share"] - of_good["true_share"]
    off, off_alone = _mean(weighted.abs()), _mean(alone.abs())
    too_good, too_good_alone = _mean(weighted), _mean(alone)
    record_property(
        "figure",
        f"{of_good.height} services and quarters: mean distance from the truth {off:.2f} points "
        f"weighted, {off_alone:.2f} unweighted; on the whole too good by {too_good:.2f} and "
        f"{too_good_alone:.2f}",
    )
    assert off < (1 - LEAST_GAIN) * off_alone
    assert abs(too_good) < too_good_alone / 2


def test_intervals_hold_the_truth_as_often_as_they_say(
    borough: Borough, record_property: Callable[[str, object], None]
) -> None:
    compared = of_services(borough)
    inside = pl.col("true_share").is_between(pl.col("lower95"), pl.col("upper95"))
    held = _mean(compared.select(inside.cast(pl.Float64)).to_series())
    record_property("figure", f"{compared.height} intervals: {held:.1%} hold the truth")
    assert compared.height > 120
    assert held >= LEAST_COVERED


def test_the_provider_people_find_better_is_seen_to_be_better(borough: Borough) -> None:
    of_providers = beside_the_truth(borough).filter(
        pl.col("indicator_id") == GOOD, pl.col("breakdown_type") == "provider"
    )
    found = {
        name: _mean(rows["value"])
        for (name,), rows in of_providers.group_by("breakdown")
        if name in ("newleaf", "recoverwell")
    }
    assert found["recoverwell"] - found["newleaf"] > 10


def test_services_stand_by_their_outcomes_in_the_release_and_on_its_page(borough: Borough) -> None:
    shown = query(
        borough.release,
        f"select distinct breakdown from figure where indicator_id = '{GOOD}' "
        "and breakdown_type = 'service' and value is not null",
    )
    assert len(shown) >= 6
    page = (borough.release.parent / "site" / "voice.html").read_text(encoding="utf-8")
    for title in ("Drug and alcohol treatment", "Community health", "What happens to people"):
        assert title in page


def test_citizens_of_the_survey_and_their_words_are_in_no_release(borough: Borough) -> None:
    tables = {name for (name,) in query(borough.release, "select table_name from duckdb_tables()")}
    assert not [name for name in tables if "survey" in name]
    columns = {
        name
        for (name,) in query(
            borough.settings.warehouse,
            "select column_name from duckdb_columns() where table_name like '%survey%'",
        )
    }
    assert not columns & {"comment", "comments", "free_text", "given_name", "family_name"}
    assert "record_id" not in columns


def _mean(column: pl.Series) -> float:
    found = column.mean()
    assert isinstance(found, float)
    return found


@pytest.mark.slow
def test_free_text_in_a_file_reaches_nothing_beyond_the_file_itself(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project", providers=False)
    for kind, name in (
        ("data_contracts/providers", "voices__experience_survey.odcs.yaml"),
        ("dbt_like_sql/staging", "stg_voices__experience_survey.sql"),
    ):
        source = FOLDER.parents[2] / kind / name
        (project / kind / name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    settings = settings_for(tmp_path / "home", project)
    drop = settings.inbox / "voices" / "survey.csv"
    drop.parent.mkdir(parents=True)
    with (FOLDER / "accepted.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    comments = ["Comments", *(f"Nurse {CANARY} at number {n}" for n in range(1, len(rows)))]
    with drop.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*row, said] for row, said in zip(rows, comments, strict=True))
    write_manifest(drop, "voices", "experience_survey", rows=len(rows) - 1)

    run_nightly(settings)

    assert query(settings.warehouse, "select count(*) from journeys.fct_survey_answer") == [(20,)]
    received = [settings.inbox, settings.landing]
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    outputs = [path for path in files if not any(path.is_relative_to(each) for each in received)]
    assert len(outputs) > 10
    for path in outputs:
        assert CANARY.encode() not in _content(path), path
    as_received = [path for path in files if path.is_relative_to(settings.landing)]
    assert any(CANARY.encode() in path.read_bytes() for path in as_received)


def _content(path: Path) -> bytes:
    """What a file holds; compressed tables as text, as their bytes would prove little."""
    if path.suffix == ".duckdb":
        return texts(path)
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path).rows()).encode()
    return path.read_bytes()
