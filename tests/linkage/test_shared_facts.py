"""Facts that many people share prove little: a care home, and a record that could be either's."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.summary import LinkageInputs
from tests.linkage.making import Row, keys, person, settings_for, town, write_evidence

HOME = {"address_line": "Elm Lodge, 1 Long Lane", "postcode": "ZA1 1ZZ", "phone": "020 7946 0999"}
RESIDENTS = 60


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """record_id → citizen_key of a town with a care home, three of whose residents are namesakes.

    Every second resident is known to two providers. Nobody wrote down when the third was born.
    """
    rng = random.Random(4)  # noqa: S311
    rows: list[Row] = town(300, seed=11)
    names = [(str(row["given_name"]), str(row["family_name"])) for row in rows]
    for place, (given, family) in enumerate(rng.sample(names, RESIDENTS)):
        born = date(1930, 1, 1) + timedelta(days=rng.randint(0, 5000))
        rows.append(person(f"care:{place}", given, family, born, **HOME))
        if place % 2:
            rows.append(person(f"west:care{place}", given, family, born, **HOME))
    rows += [
        person("care:n1", "Hannah", "Ashbury", date(1931, 5, 2), **HOME),
        person("west:n2", "Hannah", "Ashbury", date(1938, 11, 19), **HOME),
        person("south:n3", "Hannah", "Ashbury", None, **HOME),
    ]
    folder: Path = tmp_path_factory.mktemp("care")
    evidence = write_evidence(folder / "evidence.parquet", rows)
    link(evidence, folder / "identity.duckdb", LinkageInputs(), settings_for(folder))
    return keys(folder / "identity.duckdb")


def test_residents_of_one_home_with_one_telephone_are_as_many_people_as_they_are(
    found: dict[str, str],
) -> None:
    residents = [found[f"care:{place}"] for place in range(RESIDENTS)]
    assert len(set(residents)) == RESIDENTS


def test_a_resident_known_to_two_providers_is_one_person(found: dict[str, str]) -> None:
    known = [p for p in range(RESIDENTS) if p % 2]
    assert sum(found[f"care:{p}"] == found[f"west:care{p}"] for p in known) == len(known)


def test_namesakes_in_one_home_are_two_people_and_who_could_be_either_is_neither(
    found: dict[str, str],
) -> None:
    assert len({found[record] for record in ("care:n1", "west:n2", "south:n3")}) == 3
