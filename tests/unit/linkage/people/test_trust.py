"""When numbers of an issuer may forbid a link."""

from __future__ import annotations

import pytest

from insight_pipeline.linkage.people.trust import Issuer


@pytest.mark.parametrize(
    ("issuer", "checked", "vetoes"),
    [
        (Issuer("hardly seen", pairs=20, slips=5, contradictions=9), True, True),
        (Issuer("with check digit", pairs=5000, slips=0, contradictions=900), True, True),
        (Issuer("typed but reliable", pairs=5000, slips=100, contradictions=40), False, True),
        (Issuer("typed and unreliable", pairs=5000, slips=100, contradictions=400), False, False),
    ],
)
def test_an_issuer_is_judged_by_slips_and_contradictions(
    issuer: Issuer, checked: bool, vetoes: bool
) -> None:
    assert (issuer.is_checked, issuer.may_veto) == (checked, vetoes)
