"""The linkage model: what a trained model is, how it reads, and what it says about itself.

Belongs here: the frozen record of parameters, its JSON and its fingerprint. Does not belong here:
how parameters are found (training) or used (scoring).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from insight_pipeline.kernel.fingerprint import fingerprint

Shares = dict[str, list[float]]


@dataclass(frozen=True)
class Model:
    """Shares of pairs at each level (best first) among matches, relatives and strangers.

    `prior_match` and `prior_relative` are the shares of all possible pairs that are each.
    `evidence_pairs` is the expected number of matches each comparison was estimated from: a small
    one means that the belief stated with the comparison, not the data, decided.
    """

    prior_match: float
    prior_relative: float
    match: Shares
    relative: Shares
    stranger: Shares
    evidence_pairs: dict[str, float]

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.to_json())


def rounded(value: float, digits: int = 6) -> float:
    """To so many significant digits: sums differ in the last bit between thread counts."""
    return float(f"{value:.{digits}g}")
