"""The experience survey: who is asked about which service, who answers, and what all would say.

Belongs here: the true invitations and answers, those that were never given included. Does not
belong here: the survey organisation's file (feeds/voices.py), or rates (voice_rates.py).
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.voice_rates import (
    ANSWERING,
    ASKED,
    BAD_THEMES,
    EXPERIENCE,
    GOOD,
    GOOD_ELSEWHERE,
    GOOD_THEMES,
    MIDDLE_AGE,
)
from insight_pipeline.simulation.window import Floats, Ints, Mask, Quarter, dates, day_number, days

ANSWERED, DECLINED, SILENT = "answered", "declined", "no_answer"
UNDELIVERABLE = "undeliverable"
YES, PARTLY, NO = "yes_definitely", "yes_somewhat", "no"
QUESTIONS = ("overall", "dignity", "together", "helped")
GOOD_FROM = 4  # of 5


def invitations(
    rng: np.random.Generator, population: Population, served: pl.DataFrame
) -> pl.DataFrame:
    """person, service, provider, invited, response, answered (null without an answer), overall
    (1 to 5), dignity, together, helped, theme_1, theme_2, and *_left_out: questions not answered by
    those who answer. The columns of questions hold what everybody would say, given or not.
    """
    waves = [_wave(rng, population, served, quarter) for quarter in population.window.quarters()]
    asked = pl.concat(waves)
    person, day = asked["person"].to_numpy(), days(asked["invited"])
    age, female = population.age(person, day), population.female[person]
    said = _said(rng, asked, age, female)
    return pl.concat([asked, said, _responses(rng, day, age, female)], how="horizontal")


def _wave(
    rng: np.random.Generator, population: Population, served: pl.DataFrame, quarter: Quarter
) -> pl.DataFrame:
    """One quarter's invitations: a sample of the people each service has served of late."""
    frame_day = quarter.first + timedelta(days=ASKED.frame_day)
    since = frame_day - timedelta(days=ASKED.served_within_days)
    of_late = (pl.col("start") <= frame_day) & (pl.col("end").is_null() | (pl.col("end") >= since))
    # Whom several providers served is asked about the last of them.
    frame = (
        served.filter(of_late)
        .sort("start", "provider", maintain_order=True)
        .unique(["service", "person"], keep="last", maintain_order=True)
        .sort("service", "person")
        .select("person", "service", "provider")
    )
    person = frame["person"].to_numpy()
    day = day_number(frame_day) + between(rng, 1, ASKED.invited_within_days, person.size)
    eligible = population.present(person, day) & (population.age(person, day) >= ASKED.youngest)
    drawn = frame.with_columns(invited=dates(day), lot=pl.Series(rng.random(person.size)))
    return _sampled(drawn.filter(pl.Series(eligible)))


def _sampled(frame: pl.DataFrame) -> pl.DataFrame:
    """Of each service, those with the lowest lots."""
    people = pl.len().over("service")
    wanted = (people * ASKED.share).ceil().clip(ASKED.fewest, ASKED.most)
    chosen = frame.filter(pl.col("lot").rank("ordinal").over("service") <= wanted)
    return chosen.drop("lot").sort("service", "person")


def _said(rng: np.random.Generator, asked: pl.DataFrame, age: Floats, female: Mask) -> pl.DataFrame:
    """What everybody invited would say."""
    pairs = zip(asked["service"], asked["provider"], strict=True)
    base = np.array([GOOD.get(pair, GOOD_ELSEWHERE) for pair in pairs], dtype=np.float64)
    likely = base + EXPERIENCE.a_year * (age - MIDDLE_AGE) + EXPERIENCE.women * female
    good = chance(rng, np.clip(likely, EXPERIENCE.least, EXPERIENCE.most), asked.height)
    best = np.select([rng.random(good.size) < 0.45], [5], GOOD_FROM)
    worst = 1 + (rng.random((2, good.size)) < 0.6).sum(axis=0)
    themes = _themes(rng, good)
    return pl.DataFrame(
        {
            "overall": pl.Series(np.where(good, best, worst)),
            "dignity": _agreed(rng, good, EXPERIENCE.dignity),
            "together": _agreed(rng, good, EXPERIENCE.together),
            "helped": _agreed(rng, good, EXPERIENCE.helped),
            **themes,
        }
    )


def _agreed(rng: np.random.Generator, good: Mask, shares: tuple[float, float]) -> pl.Series:
    """Yes with the share that goes with the experience, else partly or no."""
    yes = chance(rng, np.where(good, *shares), good.size)
    partly = rng.random(good.size) < 0.55
    return pl.Series([YES, PARTLY, NO]).gather(np.select([yes, partly], [0, 1], 2))


def _themes(rng: np.random.Generator, good: Mask) -> dict[str, pl.Series]:
    """What an answer is mostly about, as coded by the survey organisation: none, one or two."""
    praise, blame = one_of(rng, GOOD_THEMES, good.size), one_of(rng, BAD_THEMES, good.size)
    contrary = chance(rng, 0.15, good.size)
    first = praise.zip_with(pl.Series(good ^ contrary), blame)
    other = blame.zip_with(pl.Series(good ^ contrary), praise)
    none = pl.Series(chance(rng, ANSWERING.no_theme, good.size))
    second = ~none & pl.Series(chance(rng, ANSWERING.second_theme, good.size))
    empty = pl.repeat(None, good.size, dtype=pl.String, eager=True)
    return {"theme_1": first.zip_with(~none, empty), "theme_2": other.zip_with(second, empty)}


def _responses(rng: np.random.Generator, day: Ints, age: Floats, female: Mask) -> pl.DataFrame:
    """Whether an answer came, when, and which questions it leaves out."""
    likely = ANSWERING.at_middle_age + ANSWERING.a_year * (age - MIDDLE_AGE)
    likely = np.clip(likely + ANSWERING.women * female, ANSWERING.least, ANSWERING.most)
    lost = chance(rng, ANSWERING.undeliverable, day.size)
    answers = chance(rng, likely, day.size) & ~lost
    declines = chance(rng, ANSWERING.declined, day.size)
    kind = np.select([lost, answers, declines], [0, 1, 2], 3)
    came = pl.Series(answers)
    replied = dates(day + between(rng, 2, ASKED.answered_within_days, day.size))
    left_out = {
        f"{name}_left_out": pl.Series(chance(rng, ANSWERING.question_left_out, day.size))
        for name in QUESTIONS
    }
    never = pl.repeat(None, day.size, dtype=pl.Date, eager=True)
    return pl.DataFrame(
        {
            "response": pl.Series([UNDELIVERABLE, ANSWERED, DECLINED, SILENT]).gather(kind),
            "answered": replied.zip_with(came, never),
            **left_out,
        }
    )
