"""Pseudonyms: the same under one key and purpose, unlike under another, useless without the key."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.governance.pseudonym import key_fingerprint, load_key, pseudonymise
from insight_pipeline.kernel.errors import InsightError

KEY = bytes(range(32))
IDS = pl.Series("citizen_key", ["a", "b", "Zoë", ""])


def names(ids: list[str], key: bytes = KEY, purpose: str = "outcomes") -> list[str]:
    return pseudonymise(pl.Series("id", ids, dtype=pl.String), key, purpose).to_list()


def test_a_pseudonym_is_the_first_half_of_an_hmac_of_purpose_and_id() -> None:
    for value, found in zip(IDS, names(IDS.to_list()), strict=True):
        whole = hmac.new(KEY, b"outcomes\x1f" + value.encode(), hashlib.sha256).hexdigest()
        assert found == whole[:32]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.text(st.characters(codec="utf-8")), unique=True))
def test_distinct_ids_have_distinct_pseudonyms_in_any_order(ids: list[str]) -> None:
    found = dict(zip(ids, names(ids), strict=True))
    assert len(set(found.values())) == len(ids)
    assert names(ids[::-1]) == [found[value] for value in reversed(ids)]


def test_another_key_and_another_purpose_give_other_pseudonyms() -> None:
    ids = IDS.to_list()
    every = {*names(ids), *names(ids, b"\x01" * 32), *names(ids, purpose="research")}
    assert len(every) == 3 * len(ids)


def test_purpose_and_id_do_not_run_into_each_other() -> None:
    assert names(["bc"], purpose="a") != names(["c"], purpose="ab")


def test_a_pseudonym_holds_nothing_of_its_id() -> None:
    (found,) = names(["9434765919"])
    assert "9434765919" not in found
    assert len(found) == 32
    assert set(found) <= set("0123456789abcdef")


def test_a_series_keeps_its_name_and_nobody_is_nobody() -> None:
    assert pseudonymise(IDS, KEY, "x").name == "citizen_key"
    empty = pseudonymise(pl.Series("id", [], dtype=pl.String), KEY, "x")
    assert (empty.dtype, empty.len()) == (pl.String, 0)


# The key


def test_the_key_is_made_once_and_read_ever_after(tmp_path: Path) -> None:
    key = load_key(tmp_path / "secrets")
    assert len(key) == 32
    assert load_key(tmp_path / "secrets") == key
    assert load_key(tmp_path / "other") != key


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    load_key(folder)
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o400
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("length", [0, 1, 31])
def test_a_key_that_was_cut_is_refused(tmp_path: Path, length: int) -> None:
    load_key(tmp_path)
    (path,) = tmp_path.iterdir()
    path.chmod(0o600)
    path.write_bytes(b"k" * length)
    with pytest.raises(InsightError):
        load_key(tmp_path)


def test_what_a_killed_run_left_is_not_in_the_way(tmp_path: Path) -> None:
    left = tmp_path / "pseudonym.next"
    left.write_bytes(b"half")
    left.chmod(0o400)
    assert len(load_key(tmp_path)) == 32


def test_keys_are_told_apart_without_being_told() -> None:
    mark = key_fingerprint(KEY)
    assert mark == key_fingerprint(KEY)
    assert mark != key_fingerprint(b"\x01" * 32)
    assert KEY.hex()[:16] not in mark
    assert hashlib.sha256(KEY).hexdigest()[:16] != mark
