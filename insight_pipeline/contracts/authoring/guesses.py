"""What a column probably holds, by its name: enough to begin a draft, never enough to end it.

Belongs here: names that people give to columns everywhere. Does not belong here: what the cells
say (inference.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Guess:
    """A kind of column: `name` is that of our own evidence column, if it has one."""

    name: str
    pattern: str
    description: str
    classification: str

    def fits(self, column: str) -> bool:
        return re.search(self.pattern, column, re.IGNORECASE) is not None


# The first that fits counts.
GUESSES = (
    Guess("nhs_number", r"\bnhs", "NHS number of the person.", "identifier"),
    Guess("upn", r"\bupn\b|pupil.?n", "Unique pupil number of the person.", "identifier"),
    Guess("nino", r"\bnino\b|insurance", "National Insurance number of the person.", "identifier"),
    Guess("uprn", r"\buprn\b", "Unique property reference number of the address.", "personal"),
    Guess(
        "given_name",
        r"fore.?name|given|first.?name",
        "First (given) name as held on the record.",
        "personal",
    ),
    Guess("middle_name", r"middle.?name", "Middle names as held on the record.", "personal"),
    Guess(
        "family_name",
        r"sur.?name|family|last.?name",
        "Family name as held on the record.",
        "personal",
    ),
    Guess("birth_date", r"birth|\bdob\b|\bborn\b", "Date of birth.", "personal"),
    Guess("death_date", r"death|deceased", "Date of death.", "personal"),
    Guess("sex_code", r"\bsex\b|gender", "Sex as recorded.", "personal"),
    Guess("postcode", r"post.?code", "Postcode of the person's address.", "personal"),
    Guess("email", r"e.?mail", "E-mail address of the person.", "personal"),
    Guess("phone", r"phone|mobile|\btel\b", "Telephone number of the person.", "personal"),
    Guess("address_line", r"address|street", "Address without the postcode.", "personal"),
)
BY_NAME = {guess.name: guess for guess in GUESSES}
REFERENCE = re.compile(r"(?:^|[^a-z])(id|ids|no|num|number|ref|reference)$|ID$|No$", re.IGNORECASE)


def guess_of(column: str) -> Guess | None:
    return next((guess for guess in GUESSES if guess.fits(column)), None)


def is_reference(column: str) -> bool:
    """Whether a name is one of a number that stands for something."""
    return REFERENCE.search(column) is not None and guess_of(column) is None
