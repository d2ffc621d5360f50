"""Expectation-maximisation over counted agreement patterns, for three classes of pair.

Belongs here: the numbers. Does not belong here: where the patterns come from (training). Matches,
relatives and strangers are told apart; sums run over sorted patterns, so no thread or row order
can reach them.

Why not Splink's own EM: it has two classes, so on household data relatives end up among the
matches; its sums depend on thread order; and it has no place for prior beliefs, so a level nobody
reached stays at an arbitrary default. Splink still makes every comparison that is counted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_pipeline.linkage.model.comparisons import Comparison
from insight_pipeline.linkage.model.model import Model, Shares, rounded

ITERATIONS = 300
CONVERGED = 1e-6
# Two records are all the pairs there are: neither class may take them all for granted.
LARGEST_PRIOR = 0.25
# Prior beliefs weigh as much as so many observed pairs of the class.
MATCH_BELIEF = 20.0
RELATIVE_BELIEF = 100.0
STRANGER_BELIEF = 1.0

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Patterns:
    """Distinct agreement patterns: level per comparison (-1 missing), rarity in bits, pairs."""

    levels: Integers
    rarity: Floats
    pairs: Floats


def _normal(shares: list[float]) -> Floats:
    values = np.array(shares)
    return np.asarray(values / values.sum(), dtype=np.float64)


class _Estimator:
    """State of one estimation: patterns, current shares, and the two steps of EM."""

    def __init__(self, comparisons: Sequence[Comparison], total_pairs: float) -> None:
        self.comparisons = comparisons
        self.total = total_pairs
        self.belief_match = [_normal([lv.match for lv in c.levels]) for c in comparisons]
        self.kinship = [
            _normal([lv.relative for lv in c.levels])
            if c.shared_by_relatives
            else np.array([lv.relative for lv in c.levels])
            for c in comparisons
        ]
        self.match = [m.copy() for m in self.belief_match]
        self.relative = [k.copy() for k in self.kinship]
        self.stranger = [np.full(len(c.levels), 1.0 / len(c.levels)) for c in comparisons]
        self.rare = [np.array([bool(level.frequency) for level in c.levels]) for c in comparisons]
        self.priors = np.array([0.0, 0.0])

    def posterior(self, patterns: Patterns) -> tuple[Floats, Floats, Floats]:
        """Probability that a pair of each pattern is a match, relatives, strangers."""
        bits = np.zeros((3, len(patterns.pairs)))
        bits[2] += patterns.rarity
        for column, (m, h, u, rare) in enumerate(
            zip(self.match, self.relative, self.stranger, self.rare, strict=True)
        ):
            level = patterns.levels[:, column]
            seen = level >= 0
            at = level[seen]
            bits[0, seen] += np.log2(m)[at]
            bits[1, seen] += np.log2(h)[at]
            bits[2, seen] += np.where(rare, 0.0, np.log2(u))[at]
        match, relative = self.priors
        bits += np.log2(np.array([match, relative, 1.0 - match - relative]))[:, None]
        weight = np.exp2(bits - bits.max(axis=0))
        share = weight / weight.sum(axis=0)
        return share[0], share[1], share[2]

    def shares(
        self, patterns: Patterns, weight: Floats, belief: list[Floats], strength: float
    ) -> list[Floats]:
        """Level shares under the weights, pulled towards the belief by `strength` pairs."""
        result = []
        for column, prior in enumerate(belief):
            level = patterns.levels[:, column]
            seen = level >= 0
            counted = np.bincount(level[seen], weights=weight[seen], minlength=len(prior))
            result.append((counted + strength * prior) / (counted.sum() + strength))
        return result

    def measure_strangers(self, random: Patterns, weight: Floats) -> None:
        """Strangers are measured on random pairs; beliefs only keep levels nobody reached open."""
        even = [np.full(len(u), 1.0 / len(u)) for u in self.stranger]
        self.stranger = self.shares(random, weight, even, STRANGER_BELIEF)

    def measure_relatives(self, candidate: Patterns, weight: Floats) -> None:
        """What relatives share is estimated; their own facts compare as strangers' do, plus kin.

        Without that anchor this class would fill up with badly recorded matches.
        """
        estimated = self.shares(candidate, weight, self.kinship, RELATIVE_BELIEF)
        self.relative = [
            shares if c.shared_by_relatives else kin + (1.0 - kin.sum()) * stranger
            for c, shares, kin, stranger in zip(
                self.comparisons, estimated, self.kinship, self.stranger, strict=True
            )
        ]


def _iterate(state: _Estimator, candidate: Patterns, random: Patterns) -> float:
    match, relative, _ = state.posterior(candidate)
    _, _, stranger = state.posterior(random)
    before = np.concatenate([*state.match, *state.relative, *state.stranger])
    weight_match, weight_relative = match * candidate.pairs, relative * candidate.pairs
    state.match = state.shares(candidate, weight_match, state.belief_match, MATCH_BELIEF)
    state.measure_strangers(random, stranger * random.pairs)
    state.measure_relatives(candidate, weight_relative)
    counted = np.array([weight_match.sum(), weight_relative.sum()])
    state.priors = np.clip(np.maximum(counted, 1.0) / state.total, 0.0, LARGEST_PRIOR)
    after = np.concatenate([*state.match, *state.relative, *state.stranger])
    return float(np.abs(after - before).max())


def estimate(
    comparisons: Sequence[Comparison], records: int, candidate: Patterns, random: Patterns
) -> Model:
    """The model under which candidate and random pairs of `records` records are likeliest."""
    state = _Estimator(comparisons, max(records * (records - 1) / 2, 1.0))
    state.measure_strangers(random, random.pairs)
    state.measure_relatives(candidate, np.zeros(len(candidate.pairs)))
    state.priors = np.full(2, min(max(records, 1) / 2 / state.total, LARGEST_PRIOR))
    for _ in range(ITERATIONS):
        if _iterate(state, candidate, random) < CONVERGED:
            break
    return _model(state, candidate)


def _model(state: _Estimator, candidate: Patterns) -> Model:
    match, _, _ = state.posterior(candidate)
    weight = match * candidate.pairs
    names = [c.name for c in state.comparisons]

    def table(shares: list[Floats]) -> Shares:
        return {
            name: [rounded(float(value)) for value in values]
            for name, values in zip(names, shares, strict=True)
        }

    return Model(
        prior_match=rounded(float(state.priors[0])),
        prior_relative=rounded(float(state.priors[1])),
        match=table(state.match),
        relative=table(state.relative),
        stranger=table(state.stranger),
        evidence_pairs={
            name: rounded(float(weight[candidate.levels[:, column] >= 0].sum()), 4)
            for column, name in enumerate(names)
        },
    )
