"""Expectation-maximisation over counted agreement patterns, for four classes of pair.

Belongs here: the numbers. Does not belong here: where the patterns come from (training). Matches,
relatives, namesakes and strangers are told apart; sums run over sorted patterns, so no thread or
row order can reach them.

Why not Splink's own EM: it has two classes, so on household data relatives end up among the
matches; its sums depend on thread order; and it has no place for prior beliefs, so a level nobody
reached stays at an arbitrary default. Splink still makes every comparison that is counted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_pipeline.linkage.arrays import Floats, Integers
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


@dataclass(frozen=True)
class Patterns:
    """Distinct agreement patterns: level per comparison (-1 missing), rarity in bits, pairs."""

    levels: Integers
    rarity: Floats
    pairs: Floats


def _normal(shares: list[float]) -> Floats:
    values = np.array(shares)
    return np.asarray(values / values.sum(), dtype=np.float64)


class _Rival:
    """A class of pairs that are two people and share something: relatives, namesakes.

    What they share is estimated; their own facts compare as strangers' do, plus what kinship adds.
    Without that anchor the class would fill up with badly recorded matches.
    """

    def __init__(
        self, comparisons: Sequence[Comparison], beliefs: list[list[float]], shared: list[bool]
    ) -> None:
        self.shared = shared
        self.kinship = [
            _normal(belief) if is_shared else np.array(belief)
            for belief, is_shared in zip(beliefs, shared, strict=True)
        ]
        self.shares = [kin.copy() for kin in self.kinship]

    def measure(self, candidate: Patterns, weight: Floats, strangers: list[Floats]) -> None:
        estimated = shares_of(candidate, weight, self.kinship, RELATIVE_BELIEF)
        self.shares = [
            shares if is_shared else kin + (1.0 - kin.sum()) * stranger
            for is_shared, shares, kin, stranger in zip(
                self.shared, estimated, self.kinship, strangers, strict=True
            )
        ]


def shares_of(
    patterns: Patterns, weight: Floats, belief: list[Floats], strength: float
) -> list[Floats]:
    """Level shares under the weights, pulled towards the belief by `strength` pairs."""
    result = []
    for column, prior in enumerate(belief):
        level = patterns.levels[:, column]
        seen = level >= 0
        counted = np.bincount(level[seen], weights=weight[seen], minlength=len(prior))
        result.append((counted + strength * prior) / (counted.sum() + strength))
    return result


class _Estimator:
    """State of one estimation: current shares, and the two steps of EM."""

    def __init__(self, comparisons: Sequence[Comparison], total_pairs: float) -> None:
        self.comparisons = comparisons
        self.total = total_pairs
        self.belief_match = [_normal([lv.match for lv in c.levels]) for c in comparisons]
        self.match = [m.copy() for m in self.belief_match]
        self.relatives = _Rival(
            comparisons,
            [[lv.relative for lv in c.levels] for c in comparisons],
            [c.shared_by_relatives for c in comparisons],
        )
        self.namesakes = _Rival(
            comparisons,
            [[lv.namesake for lv in c.levels] for c in comparisons],
            [c.shared_by_namesakes for c in comparisons],
        )
        self.stranger = [np.full(len(c.levels), 1.0 / len(c.levels)) for c in comparisons]
        self.rare = [np.array([bool(level.frequency) for level in c.levels]) for c in comparisons]
        self.priors = np.zeros(3)

    def posterior(self, patterns: Patterns) -> Floats:
        """Probability that a pair of each pattern (column) is of each class (row): a match,
        relatives, namesakes, strangers."""
        bits = np.zeros((4, len(patterns.pairs)))
        bits[3] += patterns.rarity
        classes = (self.match, self.relatives.shares, self.namesakes.shares, self.stranger)
        for row, shares in enumerate(classes):
            for column, (share, rare) in enumerate(zip(shares, self.rare, strict=True)):
                level = patterns.levels[:, column]
                seen = level >= 0
                with np.errstate(divide="ignore"):
                    known = np.where(rare, 0.0, np.log2(share)) if row == 3 else np.log2(share)
                bits[row, seen] += known[level[seen]]
        bits += np.log2([*self.priors, 1.0 - self.priors.sum()])[:, None]
        weight = np.exp2(bits - bits.max(axis=0))
        return np.asarray(weight / weight.sum(axis=0), dtype=np.float64)

    def measure_strangers(self, random: Patterns, weight: Floats) -> None:
        """Strangers are measured on random pairs; beliefs only keep levels nobody reached open."""
        even = [np.full(len(u), 1.0 / len(u)) for u in self.stranger]
        self.stranger = shares_of(random, weight, even, STRANGER_BELIEF)

    def measure_rivals(self, candidate: Patterns, relatives: Floats, namesakes: Floats) -> None:
        self.relatives.measure(candidate, relatives, self.stranger)
        self.namesakes.measure(candidate, namesakes, self.stranger)

    def parameters(self) -> Floats:
        shares = (*self.match, *self.relatives.shares, *self.namesakes.shares, *self.stranger)
        return np.concatenate(shares)


def _iterate(state: _Estimator, candidate: Patterns, random: Patterns) -> float:
    weight = state.posterior(candidate)[:3] * candidate.pairs
    strangers = state.posterior(random)[3] * random.pairs
    before = state.parameters()
    state.match = shares_of(candidate, weight[0], state.belief_match, MATCH_BELIEF)
    state.measure_strangers(random, strangers)
    state.measure_rivals(candidate, weight[1], weight[2])
    counted = np.maximum(weight.sum(axis=1), 1.0)
    state.priors = np.clip(counted / state.total, 0.0, LARGEST_PRIOR)
    return float(np.abs(state.parameters() - before).max())


def estimate(
    comparisons: Sequence[Comparison], records: int, candidate: Patterns, random: Patterns
) -> Model:
    """The model under which candidate and random pairs of `records` records are likeliest."""
    state = _Estimator(comparisons, max(records * (records - 1) / 2, 1.0))
    state.measure_strangers(random, random.pairs)
    nobody = np.zeros(len(candidate.pairs))
    state.measure_rivals(candidate, nobody, nobody)
    start = min(max(records, 1) / 2 / state.total, LARGEST_PRIOR)
    state.priors = np.array([start, start, start / 100])
    for _ in range(ITERATIONS):
        if _iterate(state, candidate, random) < CONVERGED:
            break
    return _model(state, candidate)


def _model(state: _Estimator, candidate: Patterns) -> Model:
    weight = state.posterior(candidate)[0] * candidate.pairs
    names = [c.name for c in state.comparisons]

    def table(shares: list[Floats]) -> Shares:
        return {
            name: [rounded(float(value)) for value in values]
            for name, values in zip(names, shares, strict=True)
        }

    return Model(
        prior_match=rounded(float(state.priors[0])),
        prior_relative=rounded(float(state.priors[1])),
        prior_namesake=rounded(float(state.priors[2])),
        match=table(state.match),
        relative=table(state.relatives.shares),
        namesake=table(state.namesakes.shares),
        stranger=table(state.stranger),
        evidence_pairs={
            name: rounded(float(weight[candidate.levels[:, column] >= 0].sum()), 4)
            for column, name in enumerate(names)
        },
    )
