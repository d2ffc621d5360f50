"""What patients of the hospital had, in ICD-10 codes, and the specialty that treated them.

Belongs here: codes by age and kind of spell. Does not belong here: whether it was a fall
(journeys/hospital.py decides), or any other column of the hospital's file.
A few codes are there to be told apart from emergency falls: somebody who fainted and fell was not
injured by the fall, and the plate taken out a year later is no emergency.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import chance, one_of
from insight_pipeline.simulation.window import Floats, Ints

Codes = Mapping[str, float]
INJURIES: Codes = {"S720": 26, "S721": 10, "S525": 12, "S422": 9, "S019": 14, "S009": 12,
                   "S325": 7, "S223": 6, "T149": 4}  # fmt: skip
FALLS: Codes = {"W19X": 40, "W18X": 22, "W010": 18, "W10X": 8, "W060": 6, "W070": 3, "W08X": 3}
OF_CHILDREN: Codes = {"J219": 20, "J069": 15, "B349": 15, "R560": 10, "A099": 10, "K359": 8,
                      "J459": 12, "R104": 10}  # fmt: skip
OF_ADULTS: Codes = {"R074": 18, "R104": 14, "K802": 8, "N390": 6, "L031": 7, "F102": 6, "T391": 5,
                    "J459": 5, "K859": 3, "I209": 5, "S610": 3}  # fmt: skip
OF_OLDER: Codes = {"J189": 18, "N390": 14, "I500": 10, "J440": 10, "I639": 8, "A419": 8,
                   "R410": 6, "I480": 6, "K922": 4, "R55X": 5}  # fmt: skip
PLANNED: Codes = {"H269": 20, "K409": 10, "C509": 7, "D126": 12, "M171": 10, "M161": 7, "K297": 12,
                  "N320": 5, "Z512": 12, "T840": 2, "S525": 2}  # fmt: skip
FAINTED, REMOVED_PLATE = "R55X", "T840"
ORTHOPAEDIC, MEDICINE, PAEDIATRIC, ELDERLY = "110", "300", "420", "430"
PLANNED_SPECIALTIES: Codes = {"100": 25, "110": 20, "101": 8, "130": 15, "301": 17, "502": 10,
                              "320": 5}  # fmt: skip
EMERGENCY_SPECIALTIES: Codes = {"300": 55, "100": 18, "180": 10, "320": 7, "340": 10}


def diagnoses(
    rng: np.random.Generator, age: Floats, emergency: pl.Series, fall: pl.Series
) -> list[pl.Series]:
    """Columns for the primary diagnosis, its external cause (mostly none) and the specialty."""
    size = len(fall)
    kind = np.select([age < 18, age < 65], [0, 1], 2)
    primary = _choose(rng, kind, (OF_CHILDREN, OF_ADULTS, OF_OLDER))
    primary = primary.zip_with(emergency, one_of(rng, PLANNED, size))
    primary = one_of(rng, INJURIES, size).zip_with(fall, primary)
    fell = fall | primary.is_in([FAINTED, REMOVED_PLATE])
    cause = one_of(rng, FALLS, size).zip_with(fell, _empty(size))
    # Some systems write the dot.
    dotted = primary.str.slice(0, 3) + "." + primary.str.slice(3)
    dots = pl.Series(chance(rng, 0.1, size)) & ~primary.str.ends_with("X")
    return [
        dotted.zip_with(dots, primary).alias("Primary Diagnosis"),
        cause.alias("External Cause"),
        _specialties(rng, age, emergency, fall).alias("Treatment Function Code"),
    ]


def _specialties(
    rng: np.random.Generator, age: Floats, emergency: pl.Series, fall: pl.Series
) -> pl.Series:
    size = len(fall)
    usual = one_of(rng, EMERGENCY_SPECIALTIES, size).zip_with(
        emergency, one_of(rng, PLANNED_SPECIALTIES, size)
    )
    older = emergency & pl.Series((age >= 80) & chance(rng, 0.6, size))
    young = emergency & pl.Series(age < 16)
    for code, chosen in ((ELDERLY, older), (PAEDIATRIC, young), (ORTHOPAEDIC, fall)):
        usual = pl.repeat(code, size, dtype=pl.String, eager=True).zip_with(chosen, usual)
    return usual


def _choose(rng: np.random.Generator, kind: Ints, lists: tuple[Codes, ...]) -> pl.Series:
    """A code for each entry from the list its kind names."""
    chosen = _empty(kind.size)
    for number, codes in enumerate(lists):
        chosen = one_of(rng, codes, kind.size).zip_with(pl.Series(kind == number), chosen)
    return chosen


def _empty(size: int) -> pl.Series:
    return pl.repeat(None, size, dtype=pl.String, eager=True)
