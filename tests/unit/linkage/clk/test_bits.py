"""Rows of bits, against the definition of a Bloom filter spelt out piece by piece."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import pytest

from insight_pipeline.linkage.clk import bits
from insight_pipeline.linkage.clk.bits import encode, folded, piece_masks, popcount
from insight_pipeline.linkage.clk.pieces import Cut
from insight_pipeline.linkage.clk.scheme import BIGRAMS, Feature, Scheme
from insight_pipeline.linkage.clk.secret import Secret

NAME = Feature("given_name", BIGRAMS, 40)
OTHER = Feature("family_name", BIGRAMS, 3)
SCHEME = Scheme((NAME, OTHER), length=256)
SECRET = Secret(b"0123456789" * 4)


def places(row: np.ndarray) -> set[int]:
    """The numbers of the bits that are set."""
    raw = np.unpackbits(row.astype("<u8").view(np.uint8), bitorder="little")
    return set(np.flatnonzero(raw).tolist())


def expected(piece: str, feature: Feature) -> set[int]:
    """The definition: two bytes of HMAC-SHA-512 a place, as many digests as that takes."""
    key = SECRET.derived(f"field {feature.field}")
    stream = b"".join(
        hmac.new(key, f"{n} {piece}".encode(), hashlib.sha512).digest() for n in range(4)
    )
    return {
        int.from_bytes(stream[2 * n : 2 * n + 2], "little") % SCHEME.length
        for n in range(feature.bits)
    }


def cut_of(record: list[int], value: list[int], of_value: list[int], piece: list[int],
           pieces: list[str]) -> Cut:  # fmt: skip
    return Cut(
        *(np.array(each, dtype=np.int64) for each in (record, value, of_value, piece)), pieces
    )


def test_every_piece_sets_the_places_its_keyed_hash_names() -> None:
    masks = piece_masks(["_a", "an"], NAME, SCHEME, SECRET)
    assert [places(mask) for mask in masks] == [expected("_a", NAME), expected("an", NAME)]


@pytest.mark.parametrize("at_once", [1, 2, 1 << 18])
def test_a_record_has_the_bits_of_all_its_values_and_pieces(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(bits, "ROWS_AT_ONCE", at_once)
    # Record 0 has both values of the name, record 2 the second one; record 1 has nothing.
    given = cut_of([0, 0, 2], [0, 1, 1], [0, 0, 1], [0, 1, 2], ["_a", "an", "bo"])
    family = cut_of([2], [0], [0], [0], ["el"])
    rows = encode(3, [(NAME, given), (OTHER, family)], SCHEME, SECRET)
    first = expected("_a", NAME) | expected("an", NAME) | expected("bo", NAME)
    assert places(rows[0]) == first
    assert places(rows[1]) == set()
    assert places(rows[2]) == expected("bo", NAME) | expected("el", OTHER)
    assert popcount(rows).tolist() == [len(first), 0, len(places(rows[2]))]


def test_one_piece_sets_other_places_in_another_field_and_under_another_secret() -> None:
    same = Feature("family_name", BIGRAMS, NAME.bits)
    (one,), (field,) = (piece_masks(["an"], f, SCHEME, SECRET) for f in (NAME, same))
    (secret,) = piece_masks(["an"], NAME, SCHEME, Secret(b"9876543210" * 4))
    assert places(one) != places(field) and places(one) != places(secret)


def test_folding_xors_the_halves() -> None:
    rows = np.array([[1, 2, 3, 8]], dtype=np.uint64)
    assert folded(rows, 1).tolist() == [[1 ^ 3, 2 ^ 8]]
    assert folded(rows, 2).tolist() == [[1 ^ 3 ^ 2 ^ 8]]
    assert folded(rows, 0).tolist() == rows.tolist()


def test_no_values_at_all_give_empty_rows() -> None:
    rows = encode(2, [(NAME, cut_of([], [], [], [], []))], SCHEME, SECRET)
    assert popcount(rows).tolist() == [0, 0]
