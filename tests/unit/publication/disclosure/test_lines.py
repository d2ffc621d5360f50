"""What adds up: one row for every line of a release, and by how much it may miss the total."""

from __future__ import annotations

from insight_pipeline.publication.disclosure.lines import rows_of, slacks
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from insight_pipeline.publication.disclosure.told import (
    DENOMINATOR,
    NUMERATOR,
    REST,
    Counted,
    Place,
    Told,
)
from insight_pipeline.publication.disclosure.versions import Version

HES = DisclosurePolicy(
    title="t", source="s", hide_to=7, round_to=5, guard_complement=True, secondary=True
)
MEASURES = (NUMERATOR, DENOMINATOR, REST)


def figure(kind: str, name: str, met: int, people: int) -> Counted:
    told = Told("a", kind, name, "proportion", HES, None, None, None)
    return Counted(told, {NUMERATOR: met, DENOMINATOR: people, REST: people - met})


FIGURES = [
    figure("area", "A", 10, 30),
    figure("area", "B", 20, 40),
    figure("provider", "P", 25, 50),
    figure("provider", "Q", 10, 30),
    figure("total", "all", 30, 75),
]


def test_parts_leave_over_what_is_missing_or_take_more_than_there_is() -> None:
    found = slacks(FIGURES)
    assert found["a", "area", NUMERATOR] == (0, 0)
    assert found["a", "area", DENOMINATOR] == (0, 5)
    assert found["a", "provider", NUMERATOR] == (-5, 0)
    assert slacks(FIGURES[:-1]) == {}


def _spoken(figures: list[Counted]) -> dict[Place, dict[str, Version]]:
    return {
        c.told.place: {m: ((m, "a", c.told.kind, c.told.breakdown), 0) for m in MEASURES}
        for c in figures
    }


def test_a_release_adds_a_row_for_every_rest_and_every_line_and_measure() -> None:
    rows = list(rows_of([c.told for c in FIGURES], _spoken(FIGURES), slacks(FIGURES)))
    assert len(rows) == len(FIGURES) + 2 * len(MEASURES)
    weights, low, high = rows[-len(MEASURES)]
    assert (low, high) == (-5, 0)
    assert {(name[2], name[3]): weight for (name, _), weight in weights.items()} == {
        ("total", "all"): 1,
        ("provider", "P"): -1,
        ("provider", "Q"): -1,
    }


def test_without_a_total_nothing_adds_up() -> None:
    parts = FIGURES[:2]
    rows = list(rows_of([c.told for c in parts], _spoken(parts), slacks(FIGURES)))
    assert len(rows) == len(parts)
