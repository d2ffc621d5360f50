"""What is doubtful about a model is found and said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from insight_pipeline.linkage.model.comparisons import BIRTH_DATE, COMPARISONS, SEX
from insight_pipeline.linkage.model.model import Finding, Model, Shares
from insight_pipeline.linkage.training.estimation import LARGEST_PRIOR
from insight_pipeline.linkage.training.plausibility import find_doubts, is_provisional, kin_share

RECORDS = 10_000


def believed() -> Model:
    """Matches as we believe them, strangers mostly different; enough of both."""

    def strangers(levels: int) -> list[float]:
        return [0.01] * (levels - 1) + [1 - 0.01 * (levels - 1)]

    match: Shares = {c.name: [level.match for level in c.levels] for c in COMPARISONS}
    return Model(
        prior_match=1e-4,
        prior_relative=2e-4,
        prior_namesake=1e-6,
        match=match,
        relative=match,
        namesake=match,
        stranger={c.name: strangers(len(c.levels)) for c in COMPARISONS},
        evidence_pairs={c.name: 5_000.0 for c in COMPARISONS},
    )


def doubts(model: Model, records: int = RECORDS) -> tuple[Finding, ...]:
    return find_doubts(COMPARISONS, model, records)


def test_a_sound_model_raises_no_doubt() -> None:
    assert doubts(believed()) == ()


def test_a_comparison_hardly_any_match_speaks_for_is_named() -> None:
    sparse = replace(believed(), evidence_pairs={**believed().evidence_pairs, "email": 3.0})
    (found,) = doubts(sparse)
    assert (found.comparison, found.level) == ("email", "")
    assert "3 matches" in found.what and "belief" in found.consequence


def test_agreement_no_likelier_among_matches_than_strangers_is_named() -> None:
    model = believed()
    even = {**model.match, SEX.name: [0.5, 0.5]}
    misled = replace(model, match=even, stranger={**model.stranger, SEX.name: [0.6, 0.4]})
    assert {(f.comparison, f.level) for f in doubts(misled)} == {
        ("sex", "same"),
        ("sex", "different"),
    }


def test_a_worse_level_likelier_among_matches_than_the_best_is_named() -> None:
    model = believed()
    shares = [0.3, 0.0, 0.0, 0.5, 0.1, 0.05, 0.05]
    (found,) = doubts(replace(model, match={**model.match, BIRTH_DATE.name: shares}))
    assert (found.comparison, found.level) == ("birth_date", "same")
    assert "slip of the pen" in found.what


@pytest.mark.parametrize(
    "bound",
    [
        replace(believed(), prior_match=LARGEST_PRIOR),
        replace(believed(), prior_relative=LARGEST_PRIOR),
    ],
)
def test_a_prior_at_its_bound_is_named(bound: Model) -> None:
    found = doubts(bound, records=200)
    assert any("the most that is allowed" in doubt.what for doubt in found)


def test_more_matches_than_records_could_have_are_named() -> None:
    found = doubts(replace(believed(), prior_match=0.01))
    assert ["matches expected a record" in doubt.what for doubt in found] == [True]


def test_a_model_of_few_matches_is_provisional_and_takes_families_for_granted() -> None:
    few = replace(believed(), prior_match=1e-5)
    assert is_provisional(few, RECORDS) and not is_provisional(believed(), RECORDS)
    assert kin_share(few, RECORDS) == 1.0
    assert kin_share(believed(), RECORDS) == pytest.approx(2.0)
    assert "provisional" in doubts(few)[0].consequence
