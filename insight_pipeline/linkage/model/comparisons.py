"""Comparisons: in how many ways two records can agree on one fact, best first.

Belongs here: each level as SQL over two records, and what we believe of it before seeing data.
Does not belong here: estimation (training) or the engine that runs it (splink_engine).

Three classes of pair that are not one person are told apart, because on real registers they look
nothing alike: strangers; relatives, who share a home, a surname and a telephone; and namesakes, who
share both names and nothing else, more often than chance would have it, because first names and
surnames go together. Strangers are measured. Of relatives and namesakes we know in advance how
their own facts compare (a birth date: as among strangers, but for twins); what they share is
estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insight_pipeline.kernel.fingerprint import fingerprint


@dataclass(frozen=True)
class Level:
    """One degree of agreement.

    `match` is the share of matches expected here. `relative` is the share of relatives expected
    here: all of it for a shared fact, what kinship adds to chance for a fact of one's own.
    `namesake` is the same for namesakes. `frequency` names the column whose value frequency
    replaces the stranger share: agreeing on Smith proves less than on Featherstonehaugh. Relatives
    share a surname, a home, even a first name however rare it is, so rarity never counts against
    them.
    """

    label: str
    condition: str
    match: float
    relative: float = 0.0
    frequency: str | None = None
    namesake: float = 0.0


@dataclass(frozen=True)
class Comparison:
    """`missing` is the condition under which the fact cannot be compared and says nothing."""

    name: str
    reason: str
    missing: str
    levels: tuple[Level, ...]
    shared_by_relatives: bool = False
    shared_by_namesakes: bool = False


ELSE = "else"


def _either_missing(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _slip(column: str) -> str:
    """One letter wrong, missing, added or two swapped; the cheap distance guards the dear one."""
    return (
        f"(levenshtein({column}_l, {column}_r) <= 2"
        f" and damerau_levenshtein({column}_l, {column}_r) <= 1)"
    )


def _misspelt(column: str) -> str:
    return (
        f"length({column}_l) > 3 and length({column}_r) > 3 and ({_slip(column)}"
        f" or jaro_winkler_similarity({column}_l, {column}_r) >= 0.92)"
    )


_SWAPPED = "given_l = family_r and family_l = given_r"

GIVEN_NAME = Comparison(
    name="given_name",
    reason="the name that tells relatives apart; swapped with the surname surprisingly often",
    missing=_either_missing("given"),
    levels=(
        Level("same", "given_l = given_r", 0.80, 0.01, frequency="given", namesake=0.94),
        # The whole exchange is weighed here, by how rare the first name is as a surname.
        Level("names swapped", _SWAPPED, 0.01, frequency="family"),
        Level("forms of one name", "list_has_any(nicks_l, nicks_r)", 0.05, 0.005, namesake=0.03),
        Level("slip of the pen", _misspelt("given"), 0.06, 0.001, namesake=0.03),
        Level(
            "initial",
            "(length(given_l) = 1 or length(given_r) = 1) and left(given_l, 1) = left(given_r, 1)",
            0.02,
        ),
        Level(
            "other's middle or family name",
            "given_l = middle_r or middle_l = given_r or given_l = family_r or family_l = given_r",
            0.01,
            0.005,
        ),
        Level("alike", "jaro_winkler_similarity(given_l, given_r) >= 0.8", 0.02),
        Level("different", ELSE, 0.03),
    ),
)

FAMILY_NAME = Comparison(
    name="family_name",
    reason="shared by relatives, changed by marriage",
    missing=f"{_either_missing('family')} or (given_l <> given_r and {_SWAPPED})",
    shared_by_relatives=True,
    levels=(
        Level("same", "family_l = family_r", 0.80, 0.82, frequency="family", namesake=0.94),
        Level(
            "former or partial name",
            "list_has_any(families_l, families_r)",
            0.03,
            0.03,
            namesake=0.03,
        ),
        Level("slip of the pen", _misspelt("family"), 0.08, 0.02, namesake=0.03),
        Level("other's given name", "given_l = family_r or family_l = given_r", 0.01, 0.001),
        Level("alike", "jaro_winkler_similarity(family_l, family_r) >= 0.8", 0.02, 0.01),
        Level("different", ELSE, 0.05, 0.118),
    ),
)

BIRTH_DATE = Comparison(
    name="birth_date",
    reason="the fact that changes least; typed wrong in known ways",
    missing=_either_missing("birth_date"),
    levels=(
        Level("same", "birth_date_l = birth_date_r", 0.80, 0.012, frequency="birth_date"),
        Level("once given the same", "list_has_any(birth_dates_l, birth_dates_r)", 0.02, 0.001),
        Level(
            "day and month swapped",
            "year(birth_date_l) = year(birth_date_r) and month(birth_date_l) = day(birth_date_r)"
            " and day(birth_date_l) = month(birth_date_r)",
            0.02,
        ),
        Level("slip of the pen", _slip("birth_text"), 0.08, 0.001),
        Level(
            "two of year, month and day",
            "(year(birth_date_l) = year(birth_date_r))::int"
            " + (month(birth_date_l) = month(birth_date_r))::int"
            " + (day(birth_date_l) = day(birth_date_r))::int = 2",
            0.04,
            0.001,
        ),
        Level("same year", "year(birth_date_l) = year(birth_date_r)", 0.01, 0.01),
        Level("different", ELSE, 0.02),
    ),
)

PLACE = Comparison(
    name="place",
    reason="address and postcode as one fact, so that one home is not counted twice",
    missing="(address_l is null or address_r is null)"
    " and (postcode_l is null or postcode_r is null) and (uprn_l is null or uprn_r is null)",
    shared_by_relatives=True,
    levels=(
        Level(
            "same home",
            "place_key_l = place_key_r or list_has_any(homes_l, homes_r)",
            0.50,
            0.70,
            frequency="place_key",
        ),
        Level(
            "address misspelt",
            "jaro_winkler_similarity(address_l, address_r) >= 0.93"
            " or (house_l = house_r and jaro_winkler_similarity(street_l, street_r) >= 0.88)",
            0.15,
            0.15,
        ),
        Level(
            "same postcode",
            "list_has_any(postcodes_l, postcodes_r)",
            0.10,
            0.09,
            frequency="postcode",
        ),
        Level(
            "postcode misspelt or neighbouring",
            f"sector_l = sector_r or {_slip('postcode')}",
            0.05,
            0.02,
        ),
        Level("same street", "street_l = street_r", 0.02, 0.01),
        Level("same district", "district_l = district_r", 0.04, 0.01),
        Level("different", ELSE, 0.14, 0.02),
    ),
)

SEX = Comparison(
    name="sex",
    reason="recorded nearly everywhere, wrong now and then",
    missing=_either_missing("sex"),
    levels=(
        Level("same", "sex_l = sex_r", 0.97, namesake=0.97),
        Level("different", ELSE, 0.03, namesake=0.03),
    ),
)

MIDDLE_NAME = Comparison(
    name="middle_name",
    reason="tells apart people of one name where recorded; often only an initial",
    missing=_either_missing("middle"),
    levels=(
        Level("same", "middle_l = middle_r", 0.75, 0.03, frequency="middle"),
        Level(
            "initial",
            "left(middle_l, 1) = left(middle_r, 1)"
            " and (length(middle_l) = 1 or length(middle_r) = 1)",
            0.10,
            0.01,
        ),
        Level("slip of the pen", "jaro_winkler_similarity(middle_l, middle_r) >= 0.85", 0.05),
        Level("different", ELSE, 0.10),
    ),
)

PHONE = Comparison(
    name="phone",
    reason="often one's own, sometimes the household's, an agency's or a home's",
    missing=_either_missing("phone"),
    shared_by_relatives=True,
    levels=(
        Level("same", "list_has_any(phones_l, phones_r)", 0.60, 0.30, frequency="phone"),
        Level("slip of the pen", _slip("phone"), 0.03, 0.02),
        Level("different", ELSE, 0.37, 0.68),
    ),
)

EMAIL = Comparison(
    name="email",
    reason="nearly always one's own, but people have several; namesakes' are alike",
    missing=_either_missing("email"),
    shared_by_namesakes=True,
    levels=(
        Level(
            "same",
            "list_has_any(emails_l, emails_r)",
            0.60,
            0.03,
            frequency="email",
            namesake=0.001,
        ),
        Level(
            "misspelt",
            "jaro_winkler_similarity(email_l, email_r) >= 0.93",
            0.10,
            0.01,
            namesake=0.1,
        ),
        Level(
            "same name, other provider",
            "split_part(email_l, '@', 1) = split_part(email_r, '@', 1)",
            0.05,
            0.002,
            namesake=0.05,
        ),
        Level(
            "alike", "jaro_winkler_similarity(email_l, email_r) >= 0.85", 0.05, 0.02, namesake=0.3
        ),
        Level("different", ELSE, 0.20, namesake=0.549),
    ),
)

_BACKED = (
    "(birth_date_l = birth_date_r or list_has_any(nicks_l, nicks_r)"
    " or jaro_winkler_similarity(given_l, given_r) >= 0.9)"
)

TRUSTED_ID = Comparison(
    name="trusted_id",
    reason="a number issued to one person; borrowed or mistyped numbers give themselves away",
    missing="coalesce(not list_has_any(trusted_issuers_l, trusted_issuers_r), true)",
    levels=(
        Level(
            "same and backed by first name or birth date",
            f"list_has_any(trusted_l, trusted_r) and {_BACKED}",
            0.85,
            0.0005,
        ),
        Level(
            "same but neither first name nor birth date agrees",
            "list_has_any(trusted_l, trusted_r)",
            0.05,
            0.02,
        ),
        Level("slip of the pen", _slip("trusted_first"), 0.05, 0.0005),
        Level("different", ELSE, 0.05),
    ),
)

COMPARISONS = (
    GIVEN_NAME,
    FAMILY_NAME,
    BIRTH_DATE,
    PLACE,
    SEX,
    MIDDLE_NAME,
    PHONE,
    EMAIL,
    TRUSTED_ID,
)


def frequency_columns(comparisons: Sequence[Comparison]) -> list[str]:
    """Columns of a record whose value frequencies the comparisons use."""
    return sorted({lv.frequency for c in comparisons for lv in c.levels if lv.frequency})


def definition(comparisons: Sequence[Comparison]) -> str:
    """Fingerprint of what is compared; parameters belong to the definition they were found for."""
    return fingerprint(
        [
            [c.name, c.missing, [[lv.condition, lv.frequency] for lv in c.levels]]
            for c in comparisons
        ]
    )
