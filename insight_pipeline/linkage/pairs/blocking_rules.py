"""Blocking rules: which pairs are worth comparing. Every rule is a named key with its reason.

Belongs here: the rules. Does not belong here: the pairs they give (blocking) or how a pair is
judged (scoring). A rule is one SQL expression over ONE record giving its keys; two records with an
equal key are a pair, so every rule is symmetric by construction.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BlockingRule:
    """`keys` gives a list of texts for a record; NULL or an empty list means none."""

    name: str
    reason: str
    keys: str


def _cross(left: str, right: str) -> str:
    """All combinations of two lists, as texts."""
    inner = f"list_transform({right}, lambda b: a || '|' || b)"
    return f"flatten(list_transform({left}, lambda a: {inner}))"


_YEAR = "year(birth_date)"

RULES = (
    BlockingRule("trusted id", "the same number is the best reason to look", "trusted"),
    BlockingRule("e-mail", "an address of one's own", "emails"),
    BlockingRule("phone", "a line of one's own, or of the household", "phones"),
    BlockingRule(
        "family name and birth date",
        "any present, former or partial surname: marriages and compound names",
        _cross("families", "birth_dates"),
    ),
    BlockingRule(
        "given name and birth date",
        "any form of the first name: the surname may be new or misspelt",
        _cross("nicks", "birth_dates"),
    ),
    BlockingRule(
        "birth date and postcode",
        "both names may be misspelt or swapped",
        _cross("birth_dates", "postcodes"),
    ),
    BlockingRule(
        "birth date and home",
        "as above, where addresses are recorded instead of postcodes",
        _cross("birth_dates", "homes"),
    ),
    BlockingRule(
        "both names and birth year",
        "day or month wrong; the names in either order",
        f"[least(given_first, family) || '|' || greatest(given_first, family) || '|' || {_YEAR}]",
    ),
    BlockingRule(
        "both names and postcode",
        "no or a wrong birth date",
        "list_transform(postcodes, lambda p: given_first || '|' || family || '|' || p)",
    ),
    BlockingRule(
        "given name and home",
        "no birth date and a new or misspelt surname",
        _cross("nicks", "homes"),
    ),
    BlockingRule(
        "family name and home",
        "no birth date and a misspelt first name; also relatives, whom the model must get to know",
        _cross("families", "homes"),
    ),
    BlockingRule(
        "family name and postcode",
        "no birth date, misspelt first name",
        _cross("families", "postcodes"),
    ),
    BlockingRule(
        "given name and postcode", "no birth date, misspelt surname", _cross("nicks", "postcodes")
    ),
    BlockingRule(
        "start of both names and birth year",
        "typing errors late in both names, and in day or month",
        f"[left(given, 3) || '|' || left(family, 3) || '|' || {_YEAR}]",
    ),
    BlockingRule(
        "consonants of the family name, first initial, birth year",
        "typing errors in vowels and doubled letters",
        "[substr(family, 1, 1) || regexp_replace(substr(family, 2), '[aeiouyhw]', '', 'g')"
        f" || '|' || left(given, 1) || '|' || {_YEAR}]",
    ),
    BlockingRule(
        "initials and birth date",
        "typing errors anywhere in both names; in either order",
        "[least(left(given, 1), left(family, 1)) || greatest(left(given, 1), left(family, 1))"
        " || '|' || birth_text]",
    ),
    BlockingRule(
        "family name and birth date with day and month in either order",
        "dates written the other way round",
        "[family || '|' || year(birth_date) || '|' || least(month(birth_date), day(birth_date))"
        " || '|' || greatest(month(birth_date), day(birth_date))]",
    ),
    BlockingRule(
        "both names in any form",
        "no birth date and moved house; nicknames, former and partial surnames",
        _cross("nicks", "families"),
    ),
    BlockingRule(
        "both names swapped",
        "no birth date, and given and family name in each other's field",
        "[least(given, family) || '|' || greatest(given, family)]",
    ),
    BlockingRule(
        "postcode and birth year and first initial",
        "one person in one place with a misspelt surname and birth day",
        f"list_transform(postcodes, lambda p: p || '|' || left(given, 1) || '|' || {_YEAR})",
    ),
    BlockingRule(
        "birth date",
        "one of the names missing, the other misspelt; large populations stop at rare dates",
        "birth_dates",
    ),
    BlockingRule("family name and neighbourhood", "moved nearby", "[family || '|' || sector]"),
    BlockingRule("given name and neighbourhood", "moved nearby", "[given_first || '|' || sector]"),
    BlockingRule(
        "family name and first initial",
        "no birth date and a misspelt first name",
        "[family || '|' || left(given, 1)]",
    ),
    BlockingRule(
        "given name and start of family name",
        "no birth date and a misspelt surname",
        "[given || '|' || left(family, 2)]",
    ),
    BlockingRule("family name", "rare surnames: the budget stops at the common ones", "families"),
)  # fmt: skip
