"""The ground truth, written where the pipeline never reads.

Belongs here: the files of truth. Does not belong here: anything a provider knows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from insight_pipeline.simulation.cohorts import people_of
from insight_pipeline.simulation.households import NO_GROUP
from insight_pipeline.simulation.population import Population, person_ids
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.situations import planted_situations
from insight_pipeline.simulation.stage import Stage
from insight_pipeline.simulation.true_hand_offs import true_hand_offs
from insight_pipeline.simulation.true_indicators import true_indicators
from insight_pipeline.simulation.true_needs import true_duplicates, true_needs
from insight_pipeline.simulation.true_transitions import true_transitions
from insight_pipeline.simulation.true_voice import true_voice
from insight_pipeline.simulation.window import Ints, dates
from insight_pipeline.simulation.writers import write_parquet

TRUTH_FILES = frozenset(
    f"{name}.parquet"
    for name in (
        "record_person",
        "person",
        "indicator",
        "delivery",
        "situation",
        "voice",
        "hand_off",
        "transition",
        "need",
        "duplicate",
    )
)


def write_truth(stage: Stage, folder: Path) -> dict[str, int]:
    """Write all tables; returns their numbers of rows."""
    tables = {
        "record_person": pl.concat(stage.records).sort("record_id"),
        "person": true_people(stage.population),
        "indicator": true_indicators(stage.population, stage.life),
        "delivery": stage.box.table(),
        "situation": planted_situations(stage.is_planted),
        "voice": true_voice(stage.life.voice, people_of(stage.population), stage.window),
        "hand_off": true_hand_offs(stage.population, stage.life),
        "transition": true_transitions(stage.population, stage.life),
        "need": true_needs(stage.population, stage.life),
        "duplicate": true_duplicates(stage.population, stage.life),
    }
    for name, table in tables.items():
        write_parquet(folder / f"{name}.parquet", table)
    return {name: table.height for name, table in tables.items()}


def true_people(population: Population) -> pl.DataFrame:
    """Who everybody is; twins and same-named fathers and sons share a group's label."""
    everyone = np.arange(population.size)
    wards = pl.Series([ward.code for ward in WARDS])
    renamed = dates(population.renamed)
    inside = renamed.is_not_null()
    text = population.text
    return pl.DataFrame(
        {
            "person": person_ids(everyone),
            "sex": pl.Series(["M", "F"]).gather(population.female.astype(np.int64)),
            "birth_date": dates(population.birth),
            "death_date": dates(population.death),
            "moved_out_date": dates(population.moved_out),
            "given_name": text["given"],
            "family_name": text["family"],
            "family_name_before": text["family_before"],
            "family_name_later": text["family_later"].zip_with(inside, _empty(population.size)),
            "renamed_date": renamed,
            "nhs_number": text["nhs"],
            "household": population.household,
            "area_code": wards.gather(population.final_ward()),
            "twin_group": _label("T", population.twin_group),
            "same_name_group": _label("S", population.same_name_group),
            "is_opted_out": population.opted_out_at_end(),
        }
    )


def _label(prefix: str, group: Ints) -> pl.Series:
    named = prefix + pl.Series(group).cast(pl.String).str.zfill(6)
    return named.zip_with(pl.Series(group != NO_GROUP), _empty(group.size))


def _empty(size: int) -> pl.Series:
    return pl.repeat(None, size, dtype=pl.String, eager=True)
