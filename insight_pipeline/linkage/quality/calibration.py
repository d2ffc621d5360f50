"""How likely a pair of a given match weight is one person: the model's word, checked and mended.

Belongs here: the calibrated probability per bin of weight. Does not belong here: the labels it is
checked by (silver), or what is estimated with the probabilities (estimates).

Where silver labels are many they decide; where they are few or none the model does, shifted as a
whole by what labels there are, and with the doubt that such a shift leaves. Calibrated is the
weight without trusted numbers; the weight with them is read on the same scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
from scipy.optimize import isotonic_regression

from insight_pipeline.linkage.arrays import Floats
from insight_pipeline.linkage.pairs.scoring import LOWEST_KEPT
from insight_pipeline.linkage.quality.basis import BINS, bin_of, bits_of

# The model's own probability weighs as much as so many silver pairs.
BELIEF = 20.0
# What two different numbers take off a weight, about.
NUMBER_BITS = 6.0
# Unchecked, a model may well be this many bits out, for all its pairs alike.
SHIFT_BITS = 2.0


@dataclass(frozen=True)
class Calibration:
    """Per bin of BINS: probability of being one person, its variance, its tilt, silver counts.

    tilt: by how much the probability would move if the model were one standard deviation of
    `SHIFT_BITS` (or of what silver labels leave of that) out, for all bins together.
    """

    probability: tuple[float, ...]
    variance: tuple[float, ...]
    tilt: tuple[float, ...]
    equal: tuple[int, ...]
    labelled: tuple[int, ...]

    @property
    def method(self) -> str:
        return "calibrated" if any(self.labelled) else "model"

    def at(self, position: int) -> float:
        return self.probability[position - BINS.start]

    def first_bin(self, probability: float) -> int:
        """The lowest bin at least so likely; above the last bin where there is none."""
        likely = [b for b, p in zip(BINS, self.probability, strict=True) if p >= probability]
        return likely[0] if likely else BINS.stop


def model_probability(bits: Floats) -> Floats:
    """What a weight says of itself."""
    return 1 / (1 + np.exp2(-bits))


def read_from_join(bits: Floats, join: float) -> Floats:
    """Weights as far above 0 as they are above the join weight; those below it as they are.

    The join weight is below 0 where blocking has left most strangers out, so that pairs near it
    are likelier than they say; but what lies far below it are the strangers it did let in.
    """
    return np.where(bits >= join, bits - join, np.minimum(bits, bits - join))


def calibrate(con: duckdb.DuckDBPyConnection, join: float) -> Calibration:
    """From temp table silver: shares per bin, drawn towards the model's, never falling."""
    # Further down mostly equal pairs were kept, lifted by their numbers: no evidence.
    lowest = bin_of(LOWEST_KEPT + NUMBER_BITS)
    rows = con.execute(f"""
        select bin, count(*) filter (is_equal), count(*) from silver
        where is_reached and bin >= {lowest} group by bin
    """).fetchall()
    found = {int(b): (int(equal), int(labelled)) for b, equal, labelled in rows}
    counts = np.array([found.get(b, (0, 0)) for b in BINS], dtype=np.float64)
    bits = read_from_join(np.array([bits_of(b) for b in BINS]), join)
    shift, doubt = _shift(bits, counts)
    believed = model_probability(bits + shift)
    weight = counts[:, 1] + BELIEF
    # More weight is never less likely: neighbours that fall are pooled.
    share = isotonic_regression((counts[:, 0] + BELIEF * believed) / weight, weights=weight).x
    own = share * (1 - share)
    return Calibration(
        probability=tuple(share.tolist()),
        variance=tuple((own / weight).tolist()),
        tilt=tuple((own * np.log(2) * doubt * BELIEF / weight).tolist()),
        equal=tuple(counts[:, 0].astype(int).tolist()),
        labelled=tuple(counts[:, 1].astype(int).tolist()),
    )


def _shift(bits: Floats, counts: Floats) -> tuple[float, float]:
    """By how many bits the model is out, as silver labels have it, and the doubt that remains."""
    shifts = np.arange(-4 * SHIFT_BITS, 4 * SHIFT_BITS + 0.25, 0.25)
    # No label is surer than this: numbers are borrowed and mistyped.
    odds = np.clip(model_probability(bits[None, :] + shifts[:, None]), 0.001, 0.999)
    equal, different = counts[:, 0], counts[:, 1] - counts[:, 0]
    score = np.log(odds) @ equal + np.log(1 - odds) @ different - (shifts / SHIFT_BITS) ** 2 / 2
    likely = np.exp(score - score.max())
    likely /= likely.sum()
    mean = float(likely @ shifts)
    return mean, float(np.sqrt(likely @ (shifts - mean) ** 2))
