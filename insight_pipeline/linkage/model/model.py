"""The linkage model: what a trained model is, how it reads, and what it says about itself.

Belongs here: the frozen record of parameters, its JSON and its fingerprint. Does not belong here:
how parameters are found (training) or used (scoring).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from insight_pipeline.kernel.fingerprint import fingerprint

Shares = dict[str, list[float]]


@dataclass(frozen=True)
class PrecisionPoint:
    """Pairs of `bits` to `bits` + 1: how many, how many could be judged, and the share that is
    one person as far as can be told without labels."""

    bits: int
    pairs: int
    judged: int
    precision: float


@dataclass(frozen=True)
class Finding:
    """What is doubtful about a parameter: `comparison` '' and `level` '' stand for all of them."""

    comparison: str
    level: str
    what: str
    consequence: str


@dataclass(frozen=True)
class Model:
    """Shares of pairs at each level (best first) among matches, relatives, namesakes, strangers.

    `prior_match`, `prior_relative` and `prior_namesake` are the shares of all possible pairs that
    are each.
    `evidence_pairs` is the expected number of matches each comparison was estimated from: a small
    one means that the belief stated with the comparison, not the data, decided.
    `definition` is the fingerprint of the comparisons. `join` is the weight in bits from which
    records are joined, chosen from `precision`; `kin_share` relatives against matches;
    `block_limits` the largest block per blocking rule; `rarest` the share of a value only one
    person bears, per column; `issuers` the counts each issuer of trusted numbers is judged by.
    """

    prior_match: float
    prior_relative: float
    prior_namesake: float
    match: Shares
    relative: Shares
    namesake: Shares
    stranger: Shares
    evidence_pairs: dict[str, float]
    definition: str = ""
    kin_share: float = 1.0
    join: float = 0.0
    precision: tuple[PrecisionPoint, ...] = ()
    block_limits: dict[str, int] = field(default_factory=dict)
    rarest: dict[str, float] = field(default_factory=dict)
    issuers: dict[str, dict[str, int]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    is_provisional: bool = False

    @classmethod
    def from_json(cls, text: str) -> Model:
        values = json.loads(text)
        values["precision"] = tuple(PrecisionPoint(**point) for point in values["precision"])
        values["findings"] = tuple(Finding(**finding) for finding in values["findings"])
        return cls(**values)

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.to_json())


def rounded(value: float, digits: int = 6) -> float:
    """To so many significant digits: sums differ in the last bit between thread counts."""
    return float(f"{value:.{digits}g}")
