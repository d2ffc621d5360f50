"""The experience survey: a CSV a quarter from the independent survey organisation.

Belongs here: its columns and drops. Does not belong here: who is asked, or what anybody says.
What people write in their own words stays with the survey organisation: there is no such column.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop
from insight_pipeline.simulation.journeys.voice import (
    ANSWERED,
    DECLINED,
    NO,
    PARTLY,
    SILENT,
    UNDELIVERABLE,
    YES,
)
from insight_pipeline.simulation.register import IdStyle, filed_under, register
from insight_pipeline.simulation.stage import Stage, numbered
from insight_pipeline.simulation.writers import CsvDialect, write_csv

PROVIDER, DATASET = "voices", "experience_survey"
DATE = "%d/%m/%Y"
SEX = {"M": "Male", "F": "Female"}
RESPONSES = {
    ANSWERED: "Answered",
    DECLINED: "Declined",
    SILENT: "No answer",
    UNDELIVERABLE: "Undeliverable",
}
AGREEMENT = {YES: "Yes, definitely", PARTLY: "Yes, to some extent", NO: "No"}
THEMES = {
    "kind_staff": "Kind staff",
    "unkind_staff": "Unkind staff",
    "helpful_outcome": "It helped",
    "easy_access": "Easy to reach",
    "hard_access": "Hard to reach",
    "joined_up": "Joined up",
    "told_story_again": "Told my story again",
    "long_wait": "Long wait",
    "no_information": "Not told what happens",
}
QUESTIONS = {
    "overall": "Overall Experience",
    "dignity": "Treated With Dignity",
    "together": "Services Worked Together",
    "helped": "It Helped",
}


def voices(stage: Stage) -> None:
    """Each quarter's invitations once answers have closed."""
    rng, dirt = stage.stream(PROVIDER), DIRT[PROVIDER]
    rows = _rows(stage)
    stage.know(f"{PROVIDER}:", rows)
    for quarter in stage.quarters:
        inside = pl.col("invited").is_between(quarter.first, quarter.last)
        sent = rows.filter(inside).drop("person", "record", "invited")
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        drop = Drop(PROVIDER, DATASET, quarter.first, quarter.last, quarter.due,
                    f"experience_survey_{quarter.last:%Y_%m}.csv")  # fmt: skip
        stage.box.put(drop, sent.height, partial(write_csv, rows=sent, dialect=CsvDialect()))


def _rows(stage: Stage) -> pl.DataFrame:
    rng, dirt, asked = stage.stream(f"{PROVIDER} rows"), DIRT[PROVIDER], stage.life.voice
    known = register(rng, stage.population, asked, "invited", IdStyle("AV", 70_001), dirt)
    filed = filed_under(rng, known, asked, "invited")
    return filed.select(
        "person",
        "record",
        "invited",
        numbered("INV", 500_001, filed.height).alias("Invitation Ref"),
        pl.col("record").alias("Person Ref"),
        pl.col("nhs").alias("NHS Number"),
        pl.col("given").alias("First Name"),
        pl.col("family").alias("Last Name"),
        pl.col("birth").dt.strftime(DATE).alias("Date of Birth"),
        soil.sex_codes(rng, filed["sex"], SEX, None, dirt.sex_variant).alias("Sex"),
        pl.col("postcode").alias("Postcode"),
        soil.varied_codes(rng, filed["service"], dirt.code_variant).alias("Service"),
        pl.col("provider").alias("Provider"),
        soil.date_text(rng, filed["invited"], DATE, dirt.impossible_date).alias("Invited On"),
        soil.varied_codes(rng, _worded(filed, "response", RESPONSES), dirt.code_variant).alias(
            "Response"
        ),
        pl.col("answered").dt.strftime(DATE).alias("Answered On"),
        *_answers(rng, filed, dirt.code_variant),
    )


def _answers(rng: np.random.Generator, filed: pl.DataFrame, varied: float) -> list[pl.Series]:
    """Answers of those who gave any, as the organisation writes them, and their themes."""
    given = filed["response"] == ANSWERED
    empty = pl.repeat(None, filed.height, dtype=pl.String, eager=True)
    cells = []
    for name, title in QUESTIONS.items():
        told = _worded(filed, name, AGREEMENT) if name != "overall" else filed[name].cast(pl.String)
        answered = given & ~filed[f"{name}_left_out"]
        cells.append(soil.varied_codes(rng, told.zip_with(answered, empty), varied).alias(title))
    for place in (1, 2):
        told = _worded(filed, f"theme_{place}", THEMES).zip_with(given, empty)
        cells.append(soil.varied_codes(rng, told, varied).alias(f"Theme {place}"))
    return cells


def _worded(filed: pl.DataFrame, name: str, words: dict[str, str]) -> pl.Series:
    return filed[name].replace_strict(words, default=None, return_dtype=pl.String)
