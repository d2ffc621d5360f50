"""What partners agree on: any difference is another scheme."""

from __future__ import annotations

from dataclasses import replace

from insight_pipeline.linkage.clk.pieces import TRUSTED
from insight_pipeline.linkage.clk.scheme import FEATURES, Scheme
from insight_pipeline.linkage.evidence.cleaning import CLEANING


def test_any_difference_is_another_scheme() -> None:
    scheme = Scheme(FEATURES)
    more = replace(FEATURES[0], bits=FEATURES[0].bits + 1)
    others = [Scheme(FEATURES, folds=1), Scheme(FEATURES[1:]), Scheme((more, *FEATURES[1:]))]
    assert len({one.fingerprint for one in [scheme, *others]}) == 4
    assert Scheme(FEATURES).fingerprint == scheme.fingerprint


def test_folding_halves_what_is_stored() -> None:
    assert [Scheme(FEATURES, folds=n).stored_bits for n in (0, 1, 2)] == [1024, 512, 256]


def test_every_field_of_the_scheme_is_one_we_clean() -> None:
    assert {feature.field for feature in FEATURES} - {TRUSTED} <= CLEANING.keys()
