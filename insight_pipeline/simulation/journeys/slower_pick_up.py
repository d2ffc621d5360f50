"""A receiving service that begins to fail: what it took on in time, it takes on months late.

Belongs here: the planted situation `care_picks_up_late`. Does not belong here: who is picked up at
all (care.py), or what finds it.
"""

from __future__ import annotations

import numpy as np

from insight_pipeline.simulation.chance import between, chance
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.situations import situation
from insight_pipeline.simulation.window import Ints, Mask, day_number

SITUATION = "care_picks_up_late"


def further_days(rng: np.random.Generator | None, day: Ints, lag: Ints, in_time: Mask) -> Ints:
    """Days by which each referral of `day`, picked up after `lag` days, waits longer; else zeros.

    rng: a stream of its own; None where nothing is planted.
    """
    if rng is None:
        return np.zeros_like(lag)
    first = day_number(situation(SITUATION).first)
    slow = chance(rng, RATES.care.slower_pick_up, day.size) & in_time & (day >= first)
    return np.where(slow, between(rng, 29, 90, day.size) - lag, 0)
