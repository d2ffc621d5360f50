"""From pieces to rows of bits: Bloom filters over all fields of a record, one row a record.

Belongs here: keyed hashing, setting and folding bits, packed into 64-bit words. Does not belong
here: files or comparing.

Every piece sets `bits` places of its own, drawn from HMAC-SHA-512 under a key of its field, after
Schnell, Bachteler and Reiher 2011, A Novel Error-Tolerant Anonymous Linking Code; their double
hashing was broken by Niedermeyer et al. 2014, so places are drawn independently instead.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from insight_pipeline.linkage.arrays import Integers
from insight_pipeline.linkage.clk.pieces import Cut
from insight_pipeline.linkage.clk.scheme import Feature, Scheme
from insight_pipeline.linkage.clk.secret import Secret

Words = npt.NDArray[np.uint64]
WORD_BITS = 64
DIGEST_PLACES = 32
# Values and records taken in one go: bounds the memory of what is OR-ed together.
ROWS_AT_ONCE = 1 << 18


def encode(
    records: int, cuts: Iterable[tuple[Feature, Cut]], scheme: Scheme, secret: Secret
) -> Words:
    """Rows of bits of shape (records, stored_bits / 64)."""
    rows = np.zeros((records, scheme.length // WORD_BITS), dtype=np.uint64)
    for feature, cut in cuts:
        masks = piece_masks(cut.pieces, feature, scheme, secret)
        values = np.zeros((int(cut.value.max(initial=-1)) + 1, rows.shape[1]), dtype=np.uint64)
        _set(values, cut.of_value, masks, cut.piece)
        _set(rows, cut.record, values, cut.value)
    return folded(rows, scheme.folds)


def piece_masks(pieces: Sequence[str], feature: Feature, scheme: Scheme, secret: Secret) -> Words:
    """The bits each distinct piece sets, of shape (pieces, length / 64)."""
    key = secret.derived(f"field {feature.field}")
    places = np.array([_places(key, piece, feature.bits, scheme.length) for piece in pieces])
    masks = np.zeros((len(pieces), scheme.length // WORD_BITS), dtype=np.uint64)
    if len(pieces):
        row = np.repeat(np.arange(len(pieces)), feature.bits)
        place = places.ravel()
        bit = np.uint64(1) << (place % WORD_BITS).astype(np.uint64)
        np.bitwise_or.at(masks, (row, place // WORD_BITS), bit)
    return masks


def _places(key: bytes, piece: str, bits: int, length: int) -> Integers:
    """`bits` places under `length`, a power of two: two bytes of digest each."""
    digests = b"".join(
        hmac.digest(key, f"{turn} {piece}".encode(), hashlib.sha512)
        for turn in range(-(-bits // DIGEST_PLACES))
    )
    drawn = np.frombuffer(digests, dtype="<u2")[:bits].astype(np.int64)
    return drawn % length


def _set(target: Words, whose: Integers, masks: Words, which: Integers) -> None:
    """OR masks[which] into target[whose]; `whose` is ascending."""
    for start in range(0, len(whose), ROWS_AT_ONCE):
        part = whose[start : start + ROWS_AT_ONCE]
        first = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
        found = np.bitwise_or.reduceat(masks[which[start : start + ROWS_AT_ONCE]], first, axis=0)
        target[part[first]] |= found


def folded(rows: Words, folds: int) -> Words:
    """Each fold XORs the second half of every row on the first: shorter, harder to take apart."""
    for _ in range(folds):
        half = rows.shape[1] // 2
        rows = rows[:, :half] ^ rows[:, half:]
    return rows


def popcount(rows: Words) -> Integers:
    """How many bits each row has set."""
    return np.asarray(np.bitwise_count(rows).sum(axis=1), dtype=np.int64)
