"""How often the people of Ashmere are in hospital, for how long, and what follows, as data.

Belongs here: rates of the hospital's true spells. Does not belong here: other services (rates.py).
A table by age gives the figure from each age on. Yearly rates are per person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight_pipeline.simulation.window import Floats

ByAge = tuple[tuple[int, float], ...]


def by_age(table: ByAge, age: Floats) -> Floats:
    """Each age's figure; those not born yet have the first one."""
    first, figure = zip(*table, strict=True)
    found = np.searchsorted(np.array(first), age, side="right") - 1
    figures: Floats = np.array(figure)[np.maximum(found, 0)]
    return figures


@dataclass(frozen=True)
class HospitalRates:
    """Admissions, stays and what comes after; chances unless the name says otherwise.

    `ward_effect` is how much of a ward's pickup is taken off the chances of a delay and of coming
    back: where services pick people up, fewer are kept waiting and fewer return.
    """

    emergencies: ByAge = (
        (0, 0.12), (5, 0.037), (18, 0.050), (45, 0.072), (65, 0.125), (75, 0.22), (85, 0.34)
    )  # fmt: skip
    falls: ByAge = (
        (0, 0.0012), (45, 0.0016), (65, 0.0055), (70, 0.009), (75, 0.014), (80, 0.023),
        (85, 0.034), (90, 0.045)
    )  # fmt: skip
    electives: ByAge = ((0, 0.03), (18, 0.05), (45, 0.12), (65, 0.22), (75, 0.25), (85, 0.14))
    falls_of_women: float = 1.25  # times those of all; men have what is left
    dies_in_hospital: float = 0.50
    before_dying: float = 0.35  # an earlier emergency, in the last months of life
    same_day_emergency: ByAge = ((0, 0.32), (65, 0.15))
    same_day_elective: float = 0.80
    nights: ByAge = ((0, 2.0), (18, 3.0), (65, 7.0))
    nights_after_a_fall: float = 1.4  # times the usual
    nights_elective: float = 2.5
    delayed: ByAge = ((0, 0.0), (18, 0.06), (65, 0.20))
    delay_days: float = 6.0
    readmitted: ByAge = ((0, 0.11), (18, 0.17), (65, 0.24))
    readmitted_after_elective: float = 0.055
    ward_effect: float = 0.4
    reablement: float = 0.24  # of people of 65 and over sent home after an emergency
    home_care_after: float = 0.25
    care_home_after: float = 0.09
    care_home_arranged: float = 0.7  # of those sent from hospital to a care home


HOSPITAL = HospitalRates()
