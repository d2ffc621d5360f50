"""What both partners must agree on before they encode: fields, their pieces, bits and length.

Belongs here: the agreement and its fingerprint. Does not belong here: secrets or encoding.

A value is cut into pieces; each piece sets `bits` places of a record's row of `length` bits. The
more bits a field's pieces set, the more the field weighs when two rows are compared. Values are
cleaned before they are cut, by the same steps the nightly cleans by (evidence/cleaning).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from insight_pipeline.kernel.fingerprint import fingerprint

# Pieces of a value: bigrams forgive a misspelling anywhere; digits in their places suit dates and
# numbers, where a neighbouring digit means nothing; a whole value agrees or does not.
BIGRAMS, PLACES, WHOLE = "bigrams", "places", "whole"


@dataclass(frozen=True)
class Feature:
    """One field of evidence (`trusted_id` stands for each identifier): how cut, how many bits."""

    field: str
    pieces: str
    bits: int


@dataclass(frozen=True)
class Scheme:
    """`length` bits are set and then folded `folds` times: each fold XORs one half on the other.

    `fields` are those that a table fills, issuers by name: a field that one side alone fills makes
    equal people look unlike, so it is part of the agreement.
    """

    features: tuple[Feature, ...]
    length: int = 1024
    folds: int = 0
    fields: tuple[str, ...] = ()

    @property
    def stored_bits(self) -> int:
        return self.length >> self.folds

    @property
    def fingerprint(self) -> str:
        return fingerprint(asdict(self))


FEATURES = (
    Feature("given_name", BIGRAMS, 14),
    Feature("family_name", BIGRAMS, 14),
    Feature("birth_date", PLACES, 20),
    Feature("sex_code", WHOLE, 8),
    Feature("postcode", BIGRAMS, 10),
    Feature("address_line", BIGRAMS, 4),
    Feature("phone", PLACES, 8),
    Feature("email", BIGRAMS, 5),
    Feature("trusted_id", PLACES, 14),
)
