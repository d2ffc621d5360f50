"""No withheld count is recovered from the medians and limits of the groups around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import numpy as np
import pytest

from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from tests.unit.publication.disclosure.ranks import LEVELS, WHOLE, RankReader, Shown, rank

Connection = duckdb.DuckDBPyConnection
Plant = Callable[..., None]
Release = Callable[..., Any]
Values = Sequence[int]
Policies = dict[str, DisclosurePolicy]
SMALL = "small"


def _boroughs(seed: int, count: int) -> list[dict[str, list[int]]]:
    """Boroughs of one to four wards, near each other or far apart in what they wait, and a small
    one among them."""
    chance = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        spread = int(chance.choice([2, 10, 40]))
        wards = {
            f"ward{number}": _waits(chance, int(chance.integers(0, 100)), spread)
            for number in range(int(chance.integers(1, 5)))
        }
        few = chance.integers(0, 100, size=int(chance.integers(1, 8)))
        made.append({**wards, SMALL: [int(value) for value in few]})
    return made


def _waits(chance: np.random.Generator, least: int, spread: int) -> list[int]:
    most = int(chance.choice([30, 60, 200]))
    people = int(chance.integers(18, most))
    return [int(value) for value in chance.integers(least, least + spread, size=people)]


def _limits(values: Values) -> dict[str, int | None]:
    ordered = sorted(values)
    found: dict[str, int | None] = {}
    for level, name in zip(LEVELS, ("95", "998"), strict=True):
        place = rank(len(values), level)
        found[f"lower{name}"] = ordered[place - 1] if place else None
        found[f"upper{name}"] = ordered[-place] if place else None
    return found


def _published(
    connection: Connection,
    plant: Plant,
    release: Release,
    borough: dict[str, list[int]],
    policy: DisclosurePolicy,
) -> dict[str, Shown]:
    """What is published of a borough and its wards, as a reader who knows the policy takes it."""
    connection.execute("delete from indicators.figure")
    everybody = [value for values in borough.values() for value in values]
    for name, values in {**borough, WHOLE: everybody}.items():
        n, middle = len(values), float(np.median(values))
        described = {"statistic": "median", "multiplier": 1, "value": middle, **_limits(values)}
        plant("total" if name == WHOLE else "area", name, n, n, **described)
    release(policy)
    half = policy.round_to // 2
    rows = connection.execute(
        "select breakdown, numerator, value::integer, lower95::integer, upper95::integer, "
        "lower998::integer, upper998::integer from public_figure where value is not null"
    ).fetchall()
    return {
        name: Shown(
            range(max(n - half, policy.hide_to + 1), n + half + 1),
            value,
            {
                level: (pair[0], pair[1])
                for level, pair in zip(LEVELS, (told[:2], told[2:]), strict=True)
                if pair[0] is not None
            },
        )
        for name, n, value, *told in rows
    }


def _read(shown: dict[str, Shown], wards: Sequence[str]) -> tuple[int, int] | None:
    return RankReader(shown, wards).range(SMALL, 1, 7)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_small_count_stays_as_wide_as_promised_beside_all_medians_and_limits(
    connection: Connection,
    plant: Plant,
    first_release: Release,
    hes: DisclosurePolicy,
    record_property: Callable[[str, object], None],
    seed: int,
) -> None:
    widths: Counter[int] = Counter()
    for borough in _boroughs(seed, 25):
        shown = _published(connection, plant, first_release, borough, hes)
        assert SMALL not in shown
        found = _read(shown, [*borough])
        assert found is not None
        assert found[0] <= len(borough[SMALL]) <= found[1]
        widths[found[1] - found[0]] += 1
    assert min(widths) >= hes.width
    told = ", ".join(f"{width}: {count}" for width, count in sorted(widths.items()))
    record_property("figure", f"widths of a small count beside medians, seed {seed}: {told}")


def test_exact_counts_and_the_limits_of_few_would_give_small_counts_away(
    connection: Connection, plant: Plant, first_release: Release, policies: Policies
) -> None:
    borough = {"ward": [*range(20)], SMALL: [50] * 4}
    shown = _published(connection, plant, first_release, borough, policies["none"])
    del shown[SMALL]
    assert _read(shown, [*borough]) == (4, 4)
