"""The named formats once more, in plain Python: whether a text is valid.

Belongs here: rules as their issuers publish them, written without a look at the macros valid_….
Does not belong here: what the macros make of a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
NINO_NEVER = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def _joined(text: str) -> str:
    return re.sub("[ -]", "", text).upper()


def nhs_number(text: str) -> bool:
    digits = _joined(text)
    if not re.fullmatch("[34679][0-9]{9}", digits) or len(set(digits)) == 1:
        return False
    check = 11 - sum((10 - n) * int(digit) for n, digit in enumerate(digits[:9])) % 11
    return (0 if check == 11 else check) == int(digits[9])


def upn(text: str) -> bool:
    number = _joined(text)
    if not re.fullmatch("[A-HJ-NP-RT-Z][0-9]{12}", number):
        return False
    weighed = sum(n * int(digit) for n, digit in enumerate(number[1:], start=2))
    return UPN_LETTERS[weighed % 23] == number[0]


def nino(text: str) -> bool:
    number = _joined(text)
    shaped = re.fullmatch("[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]", number)
    return bool(shaped) and number[:2] not in NINO_NEVER


def uprn(text: str) -> bool:
    return bool(re.fullmatch("[0-9]+", text.strip())) and 0 < int(text) < 10**12


def postcode(text: str) -> bool:
    code = _joined(text)
    return code == "GIR0AA" or bool(re.fullmatch("[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}", code))


def email(text: str) -> bool:
    name, _, host = text.strip().lower().partition("@")
    end = host.rpartition(".")
    plain = not re.search("[@ ]", name + host)
    return plain and bool(name) and bool(end[0]) and bool(re.fullmatch("[a-z]{2,}", end[2]))


def phone(text: str) -> bool:
    digits = re.sub("[^0-9+]", "", text)
    return bool(re.fullmatch(r"(?:(?:\+44|0044)0?|0)[1-9][0-9]{8,9}", digits))


def sde_date(text: str) -> bool:
    parts = re.fullmatch("([0-9]{4})(-?)([0-9]{2})(-?)([0-9]{2})", text.strip())
    if not parts or parts[2] != parts[4] or parts[1][0] == "0":
        return False
    try:
        return bool(date(int(parts[1]), int(parts[3]), int(parts[5])))
    except ValueError:
        return False


def ukprn(text: str) -> bool:
    return bool(re.fullmatch("1[0-9]{7}", text.strip()))


FORMATS: dict[str, Callable[[str], bool]] = {
    one.__name__: one
    for one in (nhs_number, upn, nino, uprn, postcode, email, phone, sde_date, ukprn)
}
