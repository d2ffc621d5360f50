"""The borough's addresses: wards, postcodes of the fictional district ZA, streets and UPRNs.

Belongs here: places. Does not belong here: who lives where and when (lives.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import chance, scatter, weighted
from insight_pipeline.simulation.identifiers import uprns
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.window import Ints

ADDRESSES_A_POSTCODE = 14
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
INWARD_CODES = 10 * len(INWARD_LETTERS) ** 2
FLATS = 0.18
STREET_NAMES = """
    Alder Ashlar Baker Beacon Birch Bishop Bramble Canal Cedar Chapel Church Clay Cooper Corn
    Cross Drover Elm Farrier Fern Field Forge Garden Gas Glebe Granary Hawthorn Heron Hill
    Holly Ivy Kiln King's Lark Lime Linden Lock Mallow Maltings Market Mill Mason Meadow Minster
    Nelson Newgate Oak Orchard Osier Park Pear Pinfold Plough Poplar Priory Quarry Queen's Rail
    Reed Rowan Saddler Sandy School Sedge Smithy Spring Station Stone Swan Tanner Thorn Tithe
    Trinity Union Vicarage Victoria Walnut Water Weaver Well Wharf Willow Windmill Wren Yew
"""
STREET_KINDS = "Street Road Lane Avenue Close Drive Terrace Gardens Way Court Grove Place"


@dataclass(frozen=True)
class Places:
    """One row per address: ward (index into WARDS), uprn, address_line, postcode."""

    addresses: pl.DataFrame
    ward: Ints

    def postcode_areas(self) -> pl.DataFrame:
        """Every postcode with its ward."""
        return (
            self.addresses.select("postcode", "ward")
            .unique()
            .join(_ward_frame(), on="ward")
            .select("postcode", ward_code="code", ward_name="name")
            .sort("postcode")
        )


def _ward_frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "ward": np.arange(len(WARDS)),
            "code": [ward.code for ward in WARDS],
            "name": [ward.name for ward in WARDS],
        }
    )


def draw_wards(rng: np.random.Generator, size: int) -> Ints:
    """A ward index each, by the wards' shares."""
    return weighted(rng, np.array([ward.share for ward in WARDS]), size)


def build_places(rng: np.random.Generator, ward: Ints) -> Places:
    """One distinct address for each entry of `ward`."""
    rank = _rank_within(rng, ward)
    block, place = rank // ADDRESSES_A_POSTCODE, rank % ADDRESSES_A_POSTCODE
    frame = pl.DataFrame({"ward": ward, "block": block, "number": place * 2 + 1 + block % 2})
    flat = chance(rng, FLATS, ward.size)
    door = pl.Series(rng.integers(1, 13, ward.size)).cast(pl.String)
    street = _streets(rng, frame)
    line = frame["number"].cast(pl.String) + " " + street
    line = ("Flat " + door + ", " + line).zip_with(pl.Series(flat), line)
    addresses = frame.select(
        "ward",
        uprn=uprns(rng, ward.size),
        address_line=line,
        postcode=_postcodes(rng, ward, block),
    )
    return Places(addresses, ward)


def _rank_within(rng: np.random.Generator, ward: Ints) -> Ints:
    """0, 1, 2 … within each ward, in an order that does not follow the list's."""
    shuffled = rng.permutation(ward.size)
    order = shuffled[np.argsort(ward[shuffled], kind="stable")]
    counts = np.bincount(ward, minlength=len(WARDS))
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    rank = np.empty(ward.size, dtype=np.int64)
    rank[order] = np.arange(ward.size) - starts
    return rank


def _streets(rng: np.random.Generator, frame: pl.DataFrame) -> pl.Series:
    """One street a postcode; street names come again elsewhere in the borough, as in life."""
    names, kinds = (pl.Series(words.split()) for words in (STREET_NAMES, STREET_KINDS))
    total = len(names) * len(kinds)
    offset = int(rng.integers(total))
    index = ((frame["ward"] * 389 + frame["block"]) * 61 + offset).to_numpy() % total
    return names.gather(index // len(kinds)) + " " + kinds.gather(index % len(kinds))


def _postcodes(rng: np.random.Generator, ward: Ints, block: Ints) -> pl.Series:
    """ZA1 2BC: the outward part follows the ward, the inward part is scrambled."""
    inward = scatter(INWARD_CODES, int(rng.integers(INWARD_CODES)), 1_357, INWARD_CODES)
    code = inward[block % INWARD_CODES]
    letters = pl.Series(list(INWARD_LETTERS))
    size = len(INWARD_LETTERS)
    outward = pl.Series(ward + 1 + len(WARDS) * (block // INWARD_CODES)).cast(pl.String)
    digit = pl.Series(code // size**2).cast(pl.String)
    pair = letters.gather(code // size % size) + letters.gather(code % size)
    return "ZA" + outward + " " + digit + pair
