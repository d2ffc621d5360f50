"""A few hundred people's events at random, in every service, as the warehouse's sources hold them.

Belongs here: tables for properties of the whole warehouse. Does not belong here: anything true to
life; simulation/ is for that. The same seed gives the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from insight_pipeline.warehouse.need_tables import (
    need_assessment_table,
    need_service_event_table,
    need_sign_table,
    need_table,
)
from insight_pipeline.warehouse.needs import NEEDS_FILE, load_needs
from insight_pipeline.warehouse.pathways import (
    PATHWAYS_FILE,
    load_pathways,
    pathway_table,
    pickup_table,
)
from insight_pipeline.warehouse.reference import reference_table
from tests.conftest import ROOT

FIRST, LAST = date(2024, 4, 1), date(2026, 6, 30)
WARDS = ("E05900001", "E05900002", "E05900003")
TREATED = ("completed", "dropped_out", "transferred")
SECURED = ("secured_accommodation", "secured_short_term", "not_secured")
LEFT = ("discharged_home", "discharged_to_care_home", "died")
CARE = ("residential_care", "nursing_care", "short_term", "home_care")
THERAPY = "occupational_therapy"
AWAY = ("missing", "away")
SPELLS = ("elective", "emergency", "emergency_fall")
# service, provider, kind of event, details, outcomes, service referred on to
KINDS = (
    ("adult_social_care", "brightcare", "service", CARE, (), None),
    ("adult_social_care", "brightcare", "request", (), (), None),
    ("acute_hospital", "merebank", "spell", SPELLS, LEFT, None),
    ("acute_hospital", "merebank", "discharge_ready", SPELLS, LEFT, None),
    ("children_looked_after", "kidsfirst", "placement", (), ("left_care_adulthood",), None),
    ("community_health", "wellpath", "referral", (), (), "adult_social_care"),
    ("community_health", "wellpath", "referral", (), (), "leisure"),
    ("homelessness", "homestead", "duty", ("prevention", "relief"), SECURED, "substance_misuse"),
    ("housing_tenancy", "homestead", "tenancy", (), (), None),
    ("leisure", "activelife", "visit", (), (), None),
    ("substance_misuse", "newleaf", "treatment", (), TREATED, None),
    ("youth_eet", "youthworks", "activity", ("eet", "neet"), (), None),
    ("substance_misuse", "recoverwell", "treatment", (), TREATED, None),
    ("citizen_voice", "voices", "survey", (), (), None),
    ("adult_social_care", "brightcare", "assessment", (), (), None),
    ("community_health", "wellpath", "referral", (THERAPY,), (), None),
    ("children_looked_after", "kidsfirst", "missing_episode", AWAY, (), None),
)
OPEN_ENDED = date(9999, 12, 31)
# Providers whose contract is not open from the first day on; the second takes over from the first.
SUCCESSOR = "recoverwell"
CONTRACTS = {
    "newleaf": (FIRST, date(2025, 9, 30)),
    SUCCESSOR: (date(2025, 10, 1), OPEN_ENDED),
}
Tables = dict[str, pl.DataFrame]
PATHWAYS = load_pathways(ROOT / "data_contracts" / PATHWAYS_FILE)
NEEDS = load_needs(ROOT / "data_contracts" / NEEDS_FILE)
SPEND_COLUMNS = {
    "service_code": "VARCHAR",
    "provider_id": "VARCHAR",
    "month_date": "DATE",
    "amount_gbp": "DECIMAL(18,2)",
}


def borough(seed: int = 0, citizens: int = 120, each: int = 300) -> Tables:
    """Source relation → rows; `each` events of every kind, about `citizens` people."""
    chance = np.random.default_rng(seed)
    # Kinds that came later have chance of their own, so that they change nobody else's events.
    own = {
        ("recoverwell", "treatment"): np.random.default_rng(seed + 1),
        ("voices", "survey"): np.random.default_rng(seed + 2),
        ("brightcare", "assessment"): np.random.default_rng(seed + 3),
        ("kidsfirst", "missing_episode"): np.random.default_rng(seed + 4),
    }
    therapy = np.random.default_rng(seed + 5)
    # People visit far more often than anything else happens to them.
    events = [
        events_of(
            therapy if THERAPY in kind[3] else own.get(kind[1:3], chance),
            place,
            kind,
            citizens,
            each * (20 if kind[2] == "visit" else 1),
        )
        for place, kind in enumerate(KINDS)
    ]
    return {
        "internal.service_event": pl.concat(events),
        "internal.survey_response": _answers(own["voices", "survey"], pl.concat(events)),
        "internal.citizen": _citizens(chance, citizens),
        "internal.population_estimate": _residents(chance),
        "internal.area_lookup": pl.DataFrame(
            {"area_code": list(WARDS), "area_name": [f"Ward {code[-1]}" for code in WARDS]}
        ),
        "reference.service": pl.DataFrame(
            {"service_code": sorted({service for service, *_ in KINDS})}
        ).with_columns(
            title=pl.col("service_code"),
            handover_days=pl.lit(28, pl.Int32),
            comparable_after_days=pl.lit(182, pl.Int32),
        ),
        **reporting({(service, provider) for service, provider, *_ in KINDS}),
        "reference.pathway": pathway_table(PATHWAYS),
        "reference.pathway_pickup": pickup_table(PATHWAYS),
        "reference.need": need_table(NEEDS),
        "reference.need_sign": need_sign_table(NEEDS),
        "reference.need_service_event": need_service_event_table(NEEDS),
        "reference.need_assessment": need_assessment_table(NEEDS),
        "internal.contract_spend": _payments(),
    }


def _payments() -> pl.DataFrame:
    """What every provider is paid for two months of each of its services."""
    months = (date(2025, 10, 1), date(2025, 11, 1))
    paid = sorted({(service, provider) for service, provider, *_ in KINDS})
    rows = [[*who, month, 1000 + 100 * place] for who in paid for place, month in enumerate(months)]
    return reference_table(rows, SPEND_COLUMNS)


def events_of(
    chance: np.random.Generator,
    feed: int,
    kind: tuple[str, str, str, tuple[str, ...], tuple[str, ...], str | None],
    citizens: int,
    each: int,
) -> pl.DataFrame:
    """Events of one kind; about one in five is still open, and has no outcome."""
    service, provider, event, details, outcomes, onward = kind
    days = (LAST - FIRST).days
    start = pl.Series(chance.integers(0, days, each))
    length = pl.Series(chance.integers(0, 200, each))
    is_open = pl.Series(chance.random(each) < 0.2)
    first = pl.lit(FIRST)
    return pl.DataFrame(
        {
            "event_id": [f"{feed}_{provider}:{number}" for number in range(each)],
            "citizen_id": [f"c{number}" for number in chance.integers(0, citizens, each)],
            "provider_id": [provider] * each,
            "service_code": [service] * each,
            "event_code": [event] * each,
            "detail_code": _of(chance, details, each),
            "outcome_code": _of(chance, outcomes, each),
            "to_service_code": [onward] * each,
            "row_number": range(each),
            "start": start,
            "length": length,
            "is_open": is_open,
        },
        schema_overrides={"to_service_code": pl.String, "row_number": pl.Int64},
    ).select(
        pl.exclude("start", "length", "is_open"),
        pl.when(~pl.col("is_open")).then(pl.col("outcome_code")).alias("outcome_code_kept"),
        event_from_date=first + pl.duration(days="start"),
        event_to_date=pl.when(~pl.col("is_open")).then(
            first + pl.duration(days=pl.col("start") + pl.col("length"))
        ),
        referred_date=pl.when(pl.col("to_service_code").is_not_null()).then(
            first + pl.duration(days="start")
        ),
        delivery_id=pl.lit("d1"),
        period_from=first,
        period_to=pl.lit(LAST),
    ).with_columns(outcome_code="outcome_code_kept").drop("outcome_code_kept")  # fmt: skip


def _answers(chance: np.random.Generator, events: pl.DataFrame) -> pl.DataFrame:
    """What was said to each survey: half of them are answered, about two services."""
    surveys = events.filter(pl.col("event_code") == "survey")
    came = pl.Series(chance.random(surveys.height) < 0.5)
    told = {
        name: pl.when(came).then(_of(chance, codes, surveys.height))
        for name, codes in (
            ("experience_code", ("very_good", "good", "neither", "poor")),
            ("together_code", ("yes_definitely", "yes_somewhat", "no")),
        )
    }
    about = _of(chance, ("leisure", "homelessness"), surveys.height)
    return surveys.select(
        "event_id",
        "citizen_id",
        asked_service_code=about,
        asked_provider_id=about.replace({"leisure": "activelife", "homelessness": "homestead"}),
        invited_date="event_from_date",
        is_answered=came,
        **told,
    )


def reporting(delivered: set[tuple[str, str]]) -> Tables:
    """Contracts and deliveries of (service, provider), all reported from first day to last."""
    rows = sorted(delivered)
    services = [service for service, _ in rows]
    providers = [provider for _, provider in rows]
    feeds = sorted(
        {
            (f"{feed}_{provider}", provider)
            for feed, (service, provider, *_) in enumerate(KINDS)
            if (service, provider) in delivered
        }
    )
    stems = {"stem": [stem for stem, _ in feeds], "provider_id": [who for _, who in feeds]}
    return {
        "reference.service_contract": pl.DataFrame(
            {
                "service_code": services,
                "provider_id": providers,
                "from_date": [CONTRACTS.get(who, (FIRST, OPEN_ENDED))[0] for who in providers],
                "to_date": [CONTRACTS.get(who, (FIRST, OPEN_ENDED))[1] for who in providers],
            }
        ),
        "reference.event_feed": pl.DataFrame(stems).with_columns(
            frequency_months=pl.lit(3, pl.Int32), latency_days=pl.lit(14, pl.Int32)
        ),
        "reference.feed_period": pl.DataFrame(stems).with_columns(
            period_from=pl.lit(FIRST), period_to=pl.lit(LAST)
        ),
        "internal.linkage_rate": pl.DataFrame(
            {"service_code": services, "provider_id": providers}
        ).with_columns(month=pl.lit(FIRST), rows_received=pl.lit(1000), rows_linked=pl.lit(950)),
    }


def shuffled(tables: Mapping[str, pl.DataFrame], seed: int) -> Tables:
    """The same rows of every table in another order."""
    return {
        relation: frame.sample(fraction=1.0, shuffle=True, seed=seed)
        for relation, frame in tables.items()
    }


def _of(chance: np.random.Generator, values: tuple[str, ...], count: int) -> pl.Series:
    picked = chance.choice(values, count) if values else [None] * count
    return pl.Series(picked, dtype=pl.String)


def _citizens(chance: np.random.Generator, count: int) -> pl.DataFrame:
    """One in twelve has no known ward, sex or month of birth; a few have died."""

    def some(values: pl.Series) -> pl.Series:
        return values.to_frame("v").select(
            pl.when(pl.Series(chance.random(count) < 11 / 12)).then("v")
        )["v"]

    born = pl.Series(chance.integers(1930, 2009, count))
    died = pl.Series(chance.integers(0, 1600, count))
    return pl.DataFrame({"born": born, "died": died}).select(
        citizen_id=pl.Series([f"c{number}" for number in range(count)]),
        birth_month=some(pl.Series([date(int(year), 6, 1) for year in born])),
        sex_code=some(_of(chance, ("F", "M"), count)),
        area_code=some(_of(chance, WARDS, count)),
        death_date=pl.when(pl.col("died") < (LAST - FIRST).days // 4).then(
            pl.lit(FIRST) + pl.duration(days="died")
        ),
        record_count=pl.lit(1),
        provider_count=pl.lit(1),
    )


def _residents(chance: np.random.Generator) -> pl.DataFrame:
    bands = [(0, 14), (15, 17), (18, 19), *((age, age + 4) for age in range(20, 90, 5)), (90, 120)]
    rows = [
        (ward, sex, low, high, year, int(chance.integers(40, 90)))
        for ward in WARDS
        for sex in ("F", "M")
        for low, high in bands
        for year in (2024, 2025, 2026)
    ]
    columns = ["area_code", "sex_code", "age_from", "age_to", "year", "persons"]
    return pl.DataFrame(rows, schema=columns, orient="row")
