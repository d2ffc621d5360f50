"""Needs as they truly were seen and met, and assessments truly made twice.

Belongs here: the needs of data_contracts/needs.yaml, told from true events. Does not belong here:
what was planted (journeys/gaps.py), or when too few met are a vacuum, which the pipeline judges.
Written apart from the pipeline's SQL, so that one checks the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from insight_pipeline.simulation.cohorts import counted, people_of
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.gaps import THERAPY
from insight_pipeline.simulation.journeys.health import TO_CARE, TO_LEISURE
from insight_pipeline.simulation.journeys.hospital import HOME
from insight_pipeline.simulation.journeys.treatment import under_contract
from insight_pipeline.simulation.measures import age_on, mature, whole_quarters, whole_years
from insight_pipeline.simulation.population import Population, person_ids
from insight_pipeline.simulation.window import Window

LONGEST_WINDOW = 84
REPEATED_WITHIN = 28
OLD_AGE = 65
CARE, HEALTH = "brightcare", "wellpath"


@dataclass(frozen=True)
class TrueNeed:
    """seen: person, day; met: person, then."""

    code: str
    within_days: int
    seen: pl.DataFrame
    met: pl.DataFrame
    provider: pl.Expr


def need_indicators(life: BoroughLife, people: pl.DataFrame, window: Window) -> list[pl.DataFrame]:
    """Rows of need_met, need_met_year and duplicate_assessments."""
    needs = needs_seen(life, people).select("person", "day", "provider_id", "need", "kept")
    placed = needs.join(people.select("person", "area_code"), on="person")
    by_area = pl.concat_str("need", pl.lit("_in_"), "area_code")
    quarters = mature(whole_quarters(window), LONGEST_WINDOW, window.last)
    years = mature(whole_years(window), LONGEST_WINDOW, window.last)
    need = ("need", "need")
    yearly = placed.with_columns(need_area=by_area).drop("area_code")
    twice = assessments(life).with_columns(kept=pl.col("first").is_not_null())
    return [
        counted("need_met", needs, people, quarters, [need]),
        counted("need_met_year", yearly, people, years, [need, ("need_area", "need_area")]),
        counted(
            "duplicate_assessments",
            twice.select("person", "day", "provider_id", "kept", need=pl.lit("social_care")),
            people,
            whole_quarters(window),
            [need],
        ),
    ]


def needs_seen(life: BoroughLife, people: pl.DataFrame) -> pl.DataFrame:
    """need, person, day, provider_id, met (first day within the window, or null), kept."""
    return pl.concat([_answered(need) for need in _needs(life, people)])


def _needs(life: BoroughLife, people: pl.DataFrame) -> tuple[TrueNeed, ...]:
    referrals, spells = life.health.referrals, life.spells
    told = life.duties.drop_nulls("referred_on").select("person", day="referred_on")
    falls = spells.filter(pl.col("emergency") & pl.col("fall") & (pl.col("goes_to") == HOME))
    fell = falls.select("person", day="admitted").join(people, on="person")
    older = fell.filter(age_on("day") >= OLD_AGE).select("person", "day")
    visits = life.leisure.visits.select("person", then=pl.col("visited_at").dt.date())
    treated = life.treatment.drop_nulls("started").select("person", then="started")
    cared = life.care.filter(pl.col("event").is_in(["Request", "Assessment", "Service"]))
    return (
        TrueNeed("drug_alcohol_treatment", 84, told, treated, under_contract("day")),
        TrueNeed("exercise", 42, _onward(referrals, TO_LEISURE), visits, pl.lit("activelife")),
        TrueNeed("social_care", 42, pl.concat([_onward(referrals, TO_CARE), older]),
                 cared.select("person", then="start"), pl.lit(CARE)),
    )  # fmt: skip


def _onward(referrals: pl.DataFrame, service: str) -> pl.DataFrame:
    return referrals.filter(pl.col("onward") == service).select("person", day="onward_on")


def _answered(need: TrueNeed) -> pl.DataFrame:
    """A need seen again within its window is the same need."""
    days = need.seen.unique().sort("person", "day")
    gap = (pl.col("day") - pl.col("day").shift(1).over("person")).dt.total_days()
    first = days.filter(gap.is_null() | (gap > need.within_days)).with_row_index("row")
    both = first.join(need.met, on="person")
    lag = (pl.col("then") - pl.col("day")).dt.total_days()
    inside = both.filter(lag.is_between(0, need.within_days))
    met = inside.group_by("row").agg(met=pl.col("then").min())
    answered = first.join(met, on="row", how="left").sort("row").drop("row")
    return answered.select(
        pl.lit(need.code).alias("need"), "person", "day", "met",
        need.provider.alias("provider_id"), kept=pl.col("met").is_not_null(),
    )  # fmt: skip


def assessments(life: BoroughLife) -> pl.DataFrame:
    """person, day, provider_id, first: the day of another provider's assessment 0 to 28 days
    before, null where it repeats none. Of two on one day health's comes second."""
    care = life.care.filter(pl.col("event") == "Assessment").select("person", day="start")
    therapy = life.health.referrals.filter(pl.col("team") == THERAPY)
    sets = {CARE: care.unique(), HEALTH: therapy.select("person", day="received").unique()}
    pieces = []
    for provider, other, soonest in ((CARE, HEALTH, 1), (HEALTH, CARE, 0)):
        both = sets[provider].join(sets[other].rename({"day": "before"}), on="person")
        lag = (pl.col("day") - pl.col("before")).dt.total_days()
        near = both.filter(lag.is_between(soonest, REPEATED_WITHIN))
        first = near.group_by("person", "day").agg(first=pl.col("before").max())
        made = sets[provider].join(first, on=["person", "day"], how="left")
        pieces.append(made.with_columns(provider_id=pl.lit(provider)))
    return pl.concat(pieces).sort("person", "day", "provider_id")


def true_needs(population: Population, life: BoroughLife) -> pl.DataFrame:
    """Every need of everybody who may be counted: need_code, person, seen_date, area_code,
    met_date."""
    people = people_of(population)
    seen = needs_seen(life, people).join(people.select("person", "area_code"), on="person")
    named = seen.with_columns(person=person_ids(seen["person"].to_numpy()))
    return named.select(
        "person", "area_code", need_code="need", seen_date="day", met_date="met"
    ).sort("need_code", "person", "seen_date")


def true_duplicates(population: Population, life: BoroughLife) -> pl.DataFrame:
    """Every repeated assessment of them: person, assessed_date, provider_id, earlier_date."""
    people = people_of(population)
    twice = assessments(life).drop_nulls("first").join(people.select("person"), on="person")
    named = twice.with_columns(person=person_ids(twice["person"].to_numpy()))
    return named.select("person", "provider_id", assessed_date="day", earlier_date="first").sort(
        "person", "assessed_date", "provider_id"
    )
