"""Vetoes: why two records may never be one person, however alike they are.

Belongs here: the reasons, as SQL over two records, and whether a register is one to apply them to.
Does not belong here: numbers that differ (people/trust) or how alike two records are (scoring).

A veto is right where relatives make such pairs more often than badly recorded matches do. That is
a question to the model: on a register without families a new first name with an old birth date is
a slip, not a twin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from insight_pipeline.linkage.model.model import Model, Shares


@dataclass(frozen=True)
class Veto:
    """A reason, its condition as SQL over l and r, and the levels that such relatives agree on.

    `levels` names per comparison the positions of its levels, best first. `possible` names those
    without which the condition cannot hold (-1: not compared): most pairs need not be looked at.
    """

    name: str
    reason: str
    condition: str
    levels: Mapping[str, tuple[int, ...]]
    possible: Mapping[str, tuple[int, ...]]


_NO_SHARED_ID = "not coalesce(list_has_any(l.trusted, r.trusted), false)"


def _unlike(one: str, other: str) -> str:
    """Two full names that nobody would mistake for one another."""
    return (
        f"length({one}) > 2 and length({other}) > 2"
        f" and jaro_winkler_similarity({one}, {other}) < 0.75"
    )


VETOES = (
    Veto(
        "twins",
        "born the same day, one surname, unlike first names: twins until a number says otherwise;"
        " whichever way round either record has its names",
        "l.birth_date = r.birth_date and ("
        f"(l.family = r.family and {_unlike('l.given', 'r.given')}"
        " and not list_has_any(l.nicks, r.nicks)"
        " and not coalesce(l.given = r.middle, false)"
        " and not coalesce(l.middle = r.given, false)"
        " and not coalesce(starts_with(l.given, r.given_first), false)"
        " and not coalesce(starts_with(r.given, l.given_first), false))"
        f" or (l.given = r.family and {_unlike('l.family', 'r.given')})"
        f" or (l.family = r.given and {_unlike('l.given', 'r.family')}))"
        f" and {_NO_SHARED_ID}",
        levels={"given_name": (7,), "family_name": (0,), "birth_date": (0,)},
        possible={"birth_date": (0,)},
    ),
    Veto(
        "father and son",
        "one name a generation apart: two people until a number says otherwise",
        "jaro_winkler_similarity(l.family, r.family) >= 0.9"
        " and (list_has_any(l.nicks, r.nicks)"
        " or jaro_winkler_similarity(l.given, r.given) >= 0.92)"
        " and abs(year(l.birth_date) - year(r.birth_date)) between 14 and 60"
        " and damerau_levenshtein(l.birth_text, r.birth_text) > 2"
        f" and {_NO_SHARED_ID}",
        levels={"given_name": (0, 2, 3), "family_name": (0,), "birth_date": (6,)},
        possible={
            "given_name": (0, 1, 2, 3, 4, 5, 6),
            "family_name": (-1, 0, 1, 2, 3, 4),
            "birth_date": (1, 4, 6),
        },
    ),
    Veto(
        "namesakes",
        "one name, and neither year nor month nor day of birth in common: cousins, the next"
        " generation, residents of one home; two people until a number says otherwise",
        "l.given = r.given and l.family = r.family"
        " and year(l.birth_date) <> year(r.birth_date)"
        " and month(l.birth_date) <> month(r.birth_date)"
        " and day(l.birth_date) <> day(r.birth_date)"
        " and damerau_levenshtein(l.birth_text, r.birth_text) > 2"
        " and not list_has_any(l.birth_dates, r.birth_dates)"
        f" and {_NO_SHARED_ID}",
        levels={"given_name": (0,), "family_name": (0,), "birth_date": (6,)},
        possible={"given_name": (0,), "family_name": (0,), "birth_date": (6,)},
    ),
)


def expected(shares: Shares, levels: Mapping[str, tuple[int, ...]]) -> float:
    """The share of a class of pairs that agrees on all of `levels`."""
    product = 1.0
    for comparison, positions in levels.items():
        product *= sum(shares[comparison][position] for position in positions)
    return product


def in_force(model: Model) -> tuple[Veto, ...]:
    """The vetoes whose pairs are likelier relatives than matches.

    Relatives share a home, so that no other fact would tell; a stranger's weight is low anyway.
    """
    return tuple(
        veto
        for veto in VETOES
        if model.kin_share * expected(model.relative, veto.levels)
        > expected(model.match, veto.levels)
    )
