"""Systems of whole counts, written down as lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from insight_pipeline.publication.disclosure.worlds import System


def system_of(
    low: Sequence[float],
    high: Sequence[float],
    rows: Sequence[Sequence[float]],
    sums: Sequence[tuple[float, float]],
) -> System:
    """Whole counts z with low <= z <= high, and every row @ z within its sum."""
    return System(
        np.array(low),
        np.array(high),
        np.ones(len(low), dtype=bool),
        csr_array(np.array(rows).reshape(len(rows), len(low))),
        np.array([low for low, _ in sums]),
        np.array([high for _, high in sums]),
    )
