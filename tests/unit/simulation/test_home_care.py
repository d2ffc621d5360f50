"""Home care by agency: who takes whom, whose clients come to hospital, and what nothing shifts."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import polars as pl

from insight_pipeline.simulation.home_care_rates import AGENCIES
from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.journeys.home_care import (
    FAILING,
    further_home_care,
    with_agencies,
)
from insight_pipeline.simulation.measures import age_band
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.situations import situation
from insight_pipeline.simulation.window import days, window_of
from tests.conftest import ROOT

SEED = 11


@cache
def _people() -> Population:
    return build_population(30_000, window_of(30), SEED)


@cache
def _life(is_planted: bool = True) -> BoroughLife:
    return live(_people(), SEED, is_planted)


def _packages(life: BoroughLife) -> pl.DataFrame:
    """Home care that began 90 days before the end or earlier: age, soon (an emergency came)."""
    care = life.care.filter(pl.col("service") == "Home Care").with_row_index("row")
    age = pl.Series(_people().age(care["person"].to_numpy(), days(care["start"])))
    came = care.join(life.spells.filter("emergency").select("person", "admitted"), on="person")
    soon = came.filter((pl.col("admitted") - pl.col("start")).dt.total_days().is_between(1, 90))
    last = _people().window.last - timedelta(days=90)
    marked = care.with_columns(age=age, soon=pl.col("row").is_in(soon["row"].unique().implode()))
    return marked.filter(pl.col("start") <= last)


def test_agencies_are_the_code_list_with_their_locations() -> None:
    listed = pl.read_csv(ROOT / "data_contracts" / "vocabularies" / "care_unit.csv")
    assert listed.select("code", "synonyms").rows() == [
        (agency.code, agency.location_id) for agency in AGENCIES
    ]


def test_home_care_has_an_agency_and_nothing_else_does() -> None:
    care = _life().care
    has_one = care["unit"].is_not_null()
    assert (has_one == (care["service"] == "Home Care").fill_null(False)).all()
    assert set(care["unit"].drop_nulls()) == {agency.code for agency in AGENCIES}


def test_agencies_differ_in_size_and_in_how_old_their_clients_are() -> None:
    packages = _packages(_life(is_planted=False))
    found = packages.group_by("unit").agg(size=pl.len(), oldest=(pl.col("age") >= 85).mean())
    size, oldest = (dict(found.select("unit", name).iter_rows()) for name in ("size", "oldest"))
    assert size["kingfisher"] > 5 * size["nightingale_row"]
    assert oldest["bramble_way"] > oldest["alder_grove"] + 0.1


def test_the_older_a_client_the_more_likely_hospital_is() -> None:
    packages = _packages(_life(is_planted=False))
    bands = packages.with_columns(band=age_band(pl.col("age"))).sort("age")
    shares = bands.group_by("band", maintain_order=True).agg(pl.col("soon").mean())["soon"]
    assert shares.is_sorted() and shares[0] < 0.15 and shares[-1] > 0.35


def test_the_failing_agency_fails_from_its_day_and_only_where_it_is_planted() -> None:
    failing = situation(FAILING)

    def share(life: BoroughLife, unit: bool, after: bool) -> float:
        kept = _packages(life).filter(
            (pl.col("unit") == failing.unit_code) == unit,
            (pl.col("start") >= failing.first) == after,
        )
        return float(kept["soon"].sum()) / kept.height

    planted, control = _life(), _life(is_planted=False)
    assert share(planted, unit=True, after=True) > 1.6 * share(planted, unit=False, after=True)
    before = share(planted, unit=True, after=False) - share(control, unit=True, after=False)
    assert abs(before) < 0.05
    usual = share(control, unit=False, after=True)
    assert abs(share(control, unit=True, after=True) - usual) < 0.08


def test_without_the_failing_agency_agencies_differ_little_beyond_age_and_chance() -> None:
    ages = ((pl.col("age") / 5).floor() * 5).clip(60, 90)
    packages = _packages(_life(is_planted=False)).with_columns(band=ages)
    expected = packages.with_columns(expected=pl.col("soon").mean().over("band"))
    sums = expected.group_by("unit").agg(pl.col("soon").sum(), pl.col("expected").sum())
    score = ((sums["soon"] - sums["expected"]) / sums["expected"].sqrt()).to_numpy()
    assert np.mean(score**2) < 2


def test_stays_hold_together_and_none_begins_on_the_day_of_another() -> None:
    ordered = _life().spells.sort("person", "admitted", "discharged", nulls_last=True)
    before = ordered.select(pl.col("admitted", "discharged").shift(1).over("person"))
    follows = (ordered["admitted"] > before["admitted"]) & (
        ordered["admitted"] >= before["discharged"]
    )
    assert follows.fill_null(True).all()
    assert (ordered["discharged"] >= ordered["admitted"]).fill_null(True).all()


def test_another_event_of_one_person_shifts_nobody_elses_agency() -> None:
    care = _life().care.drop("unit")
    more = pl.concat([care.head(1).with_columns(service=pl.lit("Home Care")), care])
    told = with_agencies(SEED, _people(), more).tail(care.height)
    assert told["unit"].to_list() == _life().care["unit"].to_list()


def test_packages_without_a_request_share_no_day_with_other_care_nor_with_each_other() -> None:
    window = _people().window
    busy = pl.DataFrame({"person": np.arange(_people().size // 2)}).with_columns(
        event=pl.lit("Service"), start=pl.lit(window.first), end=pl.lit(None, pl.Date)
    )
    found = further_home_care(SEED, _people(), busy).sort("person", "start")
    assert found.height > 500 and found.filter(pl.col("person") < busy.height).is_empty()
    assert found["route"].null_count() == found.height
    before = found.select(pl.col("end").shift(1).over("person")).to_series()
    assert (found["start"] > before).fill_null(True).all()
