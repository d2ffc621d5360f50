"""The range of a figure over drawn partitions, against counting everything anew for each draw."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.figure import build_figures
from insight_pipeline.indicators.header import Statistic
from insight_pipeline.indicators.linkage_range import measure_linkage_range
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.engines.duckdb import quoted_relation
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT

# A standardised figure keeps its basis per case: its draws are not counted exactly.
EXACT = (
    Statistic.PROPORTION,
    Statistic.RATE,
    Statistic.MEAN,
    Statistic.MEDIAN,
    Statistic.COUNT,
)
# service, event, detail, outcome, onward service
KINDS = [
    ("children_looked_after", "placement", None, "left_care_adulthood", None),
    ("youth_eet", "activity", "eet", None, None),
    ("homelessness", "duty", "prevention", "secured_accommodation", "substance_misuse"),
    ("homelessness", "duty", "relief", "not_secured", None),
    ("substance_misuse", "treatment", None, "completed", None),
    ("housing_tenancy", "tenancy", None, None, None),
    ("adult_social_care", "service", "residential_care", None, None),
    ("adult_social_care", "service", "short_term", None, None),
    ("community_health", "referral", None, None, "adult_social_care"),
    ("adult_social_care", "request", None, None, None),
    ("leisure", "visit", None, None, None),
    ("acute_hospital", "spell", "emergency", "discharged_home", None),
    ("acute_hospital", "spell", "emergency_fall", "discharged_home", None),
    ("acute_hospital", "discharge_ready", "emergency", "discharged_home", None),
]
Row = dict[str, Any]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(Settings(home=tmp_path_factory.mktemp("home"), project=ROOT))


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (made-up events, no secrets)


def _citizens(people: int, chance: random.Random) -> list[Row]:
    return [
        {
            "citizen_id": f"c{number}",
            "birth_month": date(1930 + chance.randrange(75), 1, 1),
            "sex_code": chance.choice(["F", "M"]),
            "area_code": chance.choice(["E05900001", "E05900002"]),
            "record_count": 1,
            "provider_count": 1,
        }
        for number in range(people)
    ]


def _events(citizens: Sequence[Row], count: int, chance: random.Random) -> list[Row]:
    rows = []
    for number in range(count):
        service, event, detail, outcome, onward = chance.choice(KINDS)
        start = date(2024, 4, 1) + timedelta(chance.randrange(700))
        rows.append(
            {
                "event_id": f"p__feed:{number}",
                "citizen_id": chance.choice(citizens)["citizen_id"],
                "provider_id": "p",
                "service_code": service,
                "event_code": event,
                "detail_code": detail,
                "outcome_code": outcome,
                "event_from_date": start,
                "event_to_date": start + timedelta(chance.randrange(60)) if outcome else None,
                "to_service_code": onward,
                "referred_date": start if onward else None,
                "period_from": date(2024, 4, 1),
                "period_to": date(2026, 3, 31),
            }
        )
    return rows


def _draws(events: Sequence[Row], chance: random.Random) -> list[Row]:
    """In each draw one citizen joins another, and half the events of a third are somebody's new."""
    owners = sorted({event["citizen_id"] for event in events})
    rows = []
    for draw in (1, 2, 3):
        joined, into, parted = chance.sample(owners, 3)
        for event in events:
            if event["citizen_id"] == joined:
                rows.append({"draw": draw, "event_id": event["event_id"], "citizen_id": into})
            if event["citizen_id"] == parted and chance.random() < 0.5:
                rows.append({"draw": draw, "event_id": event["event_id"], "citizen_id": f"n{draw}"})
    return rows


@contextmanager
def _warehouse(
    catalogue: Catalogue, citizens: list[Row], events: list[Row], draws: list[Row]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of these rows in memory: every model as a table, and the figures."""
    given = {
        "internal.citizen": citizens,
        "internal.service_event": events,
        "internal.linkage_draw": draws,
        "internal.population_estimate": [
            {"area_code": area, "sex_code": sex, "age_from": age, "age_to": age + 4}
            | {"year": year, "persons": 50 + age}
            for area in ("E05900001", "E05900002")
            for sex in ("F", "M")
            for age in range(0, 95, 5)
            for year in (2024, 2025)
        ],
        "internal.area_lookup": [
            {"postcode": area, "area_code": area, "area_name": area}
            for area in ("E05900001", "E05900002")
        ],
    }
    with duckdb.connect() as connection:
        install_macros(connection, catalogue.macros)
        for relation, columns in source_columns(catalogue.internal).items():
            create_empty(connection, relation, columns)
            if given.get(relation):
                connection.register("given_rows", pl.DataFrame(given[relation]).to_arrow())
                table = quoted_relation(relation)
                connection.execute(f"insert into {table} by name from given_rows")
                connection.unregister("given_rows")
        for model in catalogue.models:
            if model.header.materialised is not Materialised.SNAPSHOT:
                connection.execute(f'create schema if not exists "{model.schema}"')
                table = quoted_relation(model.relation)
                connection.execute(f"create table {table} as\n{model.query}")
        build_figures(connection, catalogue.indicators)
        yield connection


def _values(connection: duckdb.DuckDBPyConnection, columns: str, relation: str) -> pl.DataFrame:
    keys = "indicator_id, period_from, breakdown_type, breakdown"
    query = f"select {keys}, {columns} from {relation} order by all"
    return pl.DataFrame(connection.sql(query).pl())


def _counted_anew(
    catalogue: Catalogue, citizens: list[Row], events: list[Row], draws: list[Row], draw: int
) -> pl.DataFrame:
    """Every figure of a warehouse in which this draw is the truth."""
    moved = {row["event_id"]: row["citizen_id"] for row in draws if row["draw"] == draw}
    drawn = [{**e, "citizen_id": moved.get(e["event_id"], e["citizen_id"])} for e in events]
    known = {c["citizen_id"]: c for c in citizens}
    born: dict[str, str] = {}
    for event in events:
        new = moved.get(event["event_id"])
        if new and new not in known:
            born[new] = min(born.get(new, event["citizen_id"]), event["citizen_id"])
    more = [{**known[old], "citizen_id": new} for new, old in born.items()]
    with _warehouse(catalogue, [*citizens, *more], drawn, []) as connection:
        return _values(connection, "value", "indicators.figure")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_range_is_what_counting_everything_anew_for_each_draw_gives(
    catalogue: Catalogue, seed: int
) -> None:
    chance = _chance(seed)
    citizens = _citizens(60, chance)
    events = _events(citizens, 1500, chance)
    draws = _draws(events, chance)
    with _warehouse(catalogue, citizens, events, draws) as connection:
        assert measure_linkage_range(connection, catalogue.models, catalogue.macros) > 0
        found = _values(connection, "linkage_lower, linkage_upper", "indicators.linkage_range")
        now = _values(connection, "value", "indicators.figure")
    keys = found.columns[:4]
    worlds = [_counted_anew(catalogue, citizens, events, draws, draw) for draw in (1, 2, 3)]
    exact = [name for name, h in catalogue.indicators.items() if h.statistic in EXACT]
    expected = (
        pl.concat([now, *worlds])
        .filter(pl.col("indicator_id").is_in(exact))
        .group_by(keys)
        .agg(pl.col("value").min().alias("least"), pl.col("value").max().alias("most"))
    )
    checked = found.join(expected, on=keys)
    assert set(checked["indicator_id"]) == set(found["indicator_id"]) & set(exact)
    different = checked.filter(
        (pl.col("linkage_lower") != pl.col("least")) | (pl.col("linkage_upper") != pl.col("most"))
    )
    assert different.is_empty(), different
    # Draws that change nothing would agree with anything.
    assert checked.filter(pl.col("linkage_lower") < pl.col("linkage_upper")).height > 10


def test_the_warehouse_is_left_as_it_was(catalogue: Catalogue) -> None:
    chance = _chance(3)
    citizens = _citizens(20, chance)
    events = _events(citizens, 200, chance)
    with _warehouse(catalogue, citizens, events, _draws(events, chance)) as connection:
        before = connection.execute("from internal.service_event order by all").fetchall()
        figures = connection.execute("from indicators.figure order by all").fetchall()
        measure_linkage_range(connection, catalogue.models, catalogue.macros)
        assert connection.execute("from internal.service_event order by all").fetchall() == before
        assert connection.execute("from indicators.figure order by all").fetchall() == figures
        assert connection.execute("select current_database()").fetchall() == [("memory",)]


def test_without_draws_there_is_no_range(catalogue: Catalogue) -> None:
    chance = _chance(4)
    citizens = _citizens(10, chance)
    events = _events(citizens, 100, chance)
    with _warehouse(catalogue, citizens, events, []) as connection:
        assert measure_linkage_range(connection, catalogue.models, catalogue.macros) == 0


def test_the_order_of_rows_does_not_matter(catalogue: Catalogue) -> None:
    chance = _chance(5)
    citizens = _citizens(30, chance)
    events = _events(citizens, 600, chance)
    draws = _draws(events, chance)
    found = []
    for turned in (False, True):
        rows = [list(reversed(r)) if turned else r for r in (citizens, events, draws)]
        with _warehouse(catalogue, *rows) as connection:
            measure_linkage_range(connection, catalogue.models, catalogue.macros)
            found.append(_values(connection, "linkage_lower", "indicators.linkage_range").rows())
    assert found[0] == found[1]
