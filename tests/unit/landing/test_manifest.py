"""What a manifest may say, and what it is told when it says something else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.landing.manifest import Manifest, read_manifest

GOOD: dict[str, Any] = {
    "provider": "activelife",
    "dataset": "visits",
    "contract_version": "1.0.0",
    "period_from": "2025-01-01",
    "period_to": "2025-03-31",
    "submitted_at": "2025-04-07T10:00:00+01:00",
    "file": "visits.csv",
}


def read(tmp_path: Path, text: str | bytes) -> Manifest:
    path = tmp_path / "a.manifest.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_manifest(path, "inbox/activelife (drop 1)")


def refusal(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(InsightError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def test_a_good_manifest_is_read_with_its_submission_in_utc(tmp_path: Path) -> None:
    manifest = read(tmp_path, json.dumps(GOOD))
    assert manifest.stem == "activelife__visits"
    assert manifest.period_from == date(2025, 1, 1)
    assert manifest.submitted_at == datetime(2025, 4, 7, 9, tzinfo=UTC)
    assert manifest.submitted_at.utcoffset() == datetime(2025, 1, 1, tzinfo=UTC).utcoffset()
    assert manifest.rows is None


def test_the_number_of_rows_may_be_said(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps({**GOOD, "rows": 0})).rows == 0


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_is_json_however_it_is_indented(tmp_path: Path, indent: int | str | None) -> None:
    assert read(tmp_path, json.dumps(GOOD, indent=indent)).provider == "activelife"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(GOOD).encode("utf-8-sig")).provider == "activelife"


@pytest.mark.parametrize("key", sorted(GOOD))
def test_every_key_must_be_there(tmp_path: Path, key: str) -> None:
    text = json.dumps({name: value for name, value in GOOD.items() if name != key})
    assert f"inbox/activelife (drop 1): {key}" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("submitted_at", "2025-04-07T09:00:00"),
        ("submitted_at", "yesterday"),
        ("period_from", "01/01/2025"),
        ("period_from", "2025-04-01"),
        ("rows", "5"),
        ("rows", 1.5),
        ("provider", None),
        ("provider", 5),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(tmp_path: Path, key: str, value: Any) -> None:
    assert "inbox/activelife" in refusal(tmp_path, json.dumps({**GOOD, key: value}))


@pytest.mark.parametrize("version", ["", "Ann Hernandez", "1.0.0\n", "1" * 33, "undeclared", "1/2"])
def test_a_version_is_a_version(tmp_path: Path, version: str) -> None:
    words = refusal(tmp_path, json.dumps({**GOOD, "contract_version": version}))
    assert "contract_version" in words
    assert "Hernandez" not in words


NAMED = ["Ann Hernandez", "hernandez", "file Hernandez", "dataset_hernandez", "Hernandez.file"]


@pytest.mark.parametrize("key", NAMED)
def test_a_key_that_could_be_anybodys_name_is_never_repeated(tmp_path: Path, key: str) -> None:
    unknown = refusal(tmp_path, json.dumps({**GOOD, key: 1}))
    twice = refusal(tmp_path, f'{{"{key}": 1, "{key}": 2}}')
    nested = refusal(tmp_path, json.dumps({**GOOD, "rows": {key: 1}}))
    for words in (unknown, twice, nested):
        assert "hernandez" not in words.lower()
    assert "an unknown key" in unknown
    assert "an unknown key twice" in twice


def test_a_known_key_that_stands_twice_is_named(tmp_path: Path) -> None:
    assert "duplicate key file" in refusal(tmp_path, '{"file": "a", "file": "b"}')


def test_nobody_sends_fewer_than_no_rows(tmp_path: Path) -> None:
    assert "inbox/activelife" in refusal(tmp_path, json.dumps({**GOOD, "rows": -1}))


def test_a_period_of_one_day_is_a_period(tmp_path: Path) -> None:
    text = json.dumps({**GOOD, "period_to": GOOD["period_from"]})
    assert read(tmp_path, text).period_to == date(2025, 1, 1)


def test_another_encoding_is_told_as_such(tmp_path: Path) -> None:
    assert "not UTF-8" in refusal(tmp_path, json.dumps(GOOD).encode("utf-16"))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"provider": "a", "provider": "b"}'])
def test_broken_json_is_refused(tmp_path: Path, text: str) -> None:
    assert "inbox/activelife" in refusal(tmp_path, text)


@pytest.mark.parametrize("value", ["../visits", "a/b", "..", "", "visits\u0000"])
def test_a_dataset_that_would_become_another_path_is_refused(tmp_path: Path, value: str) -> None:
    assert "inbox/activelife" in refusal(tmp_path, json.dumps({**GOOD, "dataset": value}))
