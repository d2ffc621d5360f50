"""Was every parameter really estimated, and can it be true?

Belongs here: what is doubtful about a trained model, in words. Does not belong here: estimating
(estimation). A model is never refused for a finding: beliefs stand in where data are silent, and
the finding says so in the model's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insight_pipeline.linkage.model.comparisons import ELSE, Comparison
from insight_pipeline.linkage.model.model import Finding, Model
from insight_pipeline.linkage.training.estimation import LARGEST_PRIOR, MATCH_BELIEF

# A model from fewer expected matches is a stopgap: the next evidence makes another.
ENOUGH_MATCHES = 1000.0
# Fewer expected matches than this behind a comparison: the stated belief has decided.
FEWEST_MATCHES = 5 * MATCH_BELIEF
# A share below this is as good as nought.
UNLIKELY = 0.001
# People known to forty providers have so many matches a record; hardly any register goes on.
MATCHES_PER_RECORD = 20.0


def expected_matches(model: Model, records: int) -> float:
    """How many pairs of `records` records the model takes for one person."""
    return model.prior_match * records * (records - 1) / 2


def is_provisional(model: Model, records: int) -> bool:
    """Whether the model rests on too little to be kept."""
    return expected_matches(model, records) < ENOUGH_MATCHES


def kin_share(model: Model, records: int) -> float:
    """Relatives against matches; families are taken for granted where too little is known."""
    if is_provisional(model, records):
        return 1.0
    return model.prior_relative / model.prior_match


def find_doubts(
    comparisons: Sequence[Comparison], model: Model, records: int
) -> tuple[Finding, ...]:
    """Everything about the model that was not estimated or is implausible, in a fixed order."""
    found = [*_priors(model, records)]
    for comparison in comparisons:
        found += _support(comparison, model)
        found += _levels(comparison, model)
    return tuple(found)


def _priors(model: Model, records: int) -> Iterator[Finding]:
    expected = expected_matches(model, records)
    if expected < ENOUGH_MATCHES:
        what = f"about {expected:.0f} matches expected, fewer than {ENOUGH_MATCHES:.0f}"
        yield Finding("", "", what, "the model is provisional: the next evidence makes another")
    for name, prior in (("matches", model.prior_match), ("relatives", model.prior_relative)):
        if prior >= LARGEST_PRIOR:
            what = f"{name} are {prior:.2f} of all pairs, the most that is allowed"
            yield Finding("", "", what, "weights are only as good as the stated beliefs")
    if expected > MATCHES_PER_RECORD * records:
        what = f"{expected / records:.0f} matches expected a record"
        yield Finding("", "", what, "another class of pair may have been taken for matches")


def _support(comparison: Comparison, model: Model) -> Iterator[Finding]:
    support = model.evidence_pairs.get(comparison.name, 0.0)
    if support < FEWEST_MATCHES:
        what = f"estimated from about {support:.0f} matches, fewer than {FEWEST_MATCHES:.0f}"
        yield Finding(comparison.name, "", what, "the stated belief stands in for an estimate")


def _levels(comparison: Comparison, model: Model) -> Iterator[Finding]:
    """Agreement must be likelier among matches than strangers, and best where it is full."""
    match, stranger = model.match[comparison.name], model.stranger[comparison.name]
    if model.evidence_pairs.get(comparison.name, 0.0) < FEWEST_MATCHES:
        return
    for level, m, u in zip(comparison.levels, match, stranger, strict=True):
        if level.condition == ELSE and m > max(u, UNLIKELY):
            what = f"matches differ more often ({m:.3f}) than strangers ({u:.3f})"
            yield Finding(comparison.name, level.label, what, "the comparison misleads")
    if match[0] <= stranger[0]:
        what = (
            f"no likelier among matches ({match[0]:.3f}) than among strangers ({stranger[0]:.3f})"
        )
        yield Finding(comparison.name, comparison.levels[0].label, what, "the comparison misleads")
    if match[0] < max(match[1:-1], default=0.0):
        worse = comparison.levels[1 + match[1:-1].index(max(match[1:-1]))]
        what = f"a worse level ({worse.label}) is likelier among matches"
        consequence = "most values may have been recorded in two ways, or changed since"
        yield Finding(comparison.name, comparison.levels[0].label, what, consequence)
