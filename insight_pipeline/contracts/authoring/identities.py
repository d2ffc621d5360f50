"""Names, numbers and addresses of nobody, for samples and examples.

Belongs here: invented identities, in ranges that are never issued: NHS numbers 999…, postcodes ZA,
telephone numbers 07700 900…. Does not belong here: the synthetic borough (simulation).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

GIVEN = ["Ada", "Bilal", "Carys", "Dev", "Esme", "Femi", "Greta", "Hugo", "Isla", "Jomo", "Kezia"]
FAMILY = ["Ashby", "Birchwood", "Chandra", "Dunmore", "Ellwood", "Fairley", "Gadhia", "Holt"]
STREETS = ["Example", "Sample", "Fable", "Saga", "Legend"]
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
NHS_SPAN = 100_000


def nhs_number(n: int, rng: np.random.Generator) -> str:
    """999, five digits of `n`, a digit that lets the number have a check digit, and that."""
    bases = (999_000_000 + n % NHS_SPAN * 10 + digit for digit in range(10))
    base, check = next((base, _nhs_check(base)) for base in bases if _nhs_check(base) < 10)
    return f"{base}{check}"


def _nhs_check(base: int) -> int:
    total = sum(
        int(digit) * weight for digit, weight in zip(f"{base}", range(10, 1, -1), strict=True)
    )
    return (11 - total % 11) % 11


def upn(n: int, rng: np.random.Generator) -> str:
    body = f"999{n % 1_000_000_000:09d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, range(2, 14), strict=True))
    return UPN_LETTERS[total % 23] + body


def nino(n: int, rng: np.random.Generator) -> str:
    return f"ZY{n % 1_000_000:06d}{'ABCD'[n % 4]}"


def uprn(n: int, rng: np.random.Generator) -> str:
    return f"{999_000_000_000 + n % 1_000_000_000}"


def postcode(n: int, rng: np.random.Generator) -> str:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    pair = "".join(letters[int(index)] for index in rng.integers(0, len(letters), 2))
    return f"ZA{1 + int(rng.integers(9))} {int(rng.integers(10))}{pair}"


def phone(n: int, rng: np.random.Generator) -> str:
    return f"07700 900{n % 1000:03d}"


def email(n: int, rng: np.random.Generator) -> str:
    return f"person{n}@example.org"


def sde_date(n: int, rng: np.random.Generator) -> str:
    return (date(1930, 1, 1) + timedelta(days=n % 30_000)).isoformat()


def ukprn(n: int, rng: np.random.Generator) -> str:
    return f"199{n % 100_000:05d}"


def given_name(n: int, rng: np.random.Generator) -> str:
    return str(rng.choice(GIVEN))


def family_name(n: int, rng: np.random.Generator) -> str:
    return str(rng.choice(FAMILY))


def address(n: int, rng: np.random.Generator) -> str:
    return f"{1 + int(rng.integers(90))} {rng.choice(STREETS)} Street"


Maker = Callable[[int, np.random.Generator], str]
FORMATS: dict[str, Maker] = {
    "email": email,
    "nhs_number": nhs_number,
    "nino": nino,
    "phone": phone,
    "postcode": postcode,
    "sde_date": sde_date,
    "ukprn": ukprn,
    "upn": upn,
    "uprn": uprn,
}
# What a column without a format holds, by words in its name; the first that fits.
BY_NAME: tuple[tuple[str, Maker], ...] = (
    ("fore.?name|given|first.?name", given_name),
    ("sur.?name|family|last.?name", family_name),
    ("address|street", address),
    ("post.?code", postcode),
    ("e.?mail", email),
    ("phone|mobile", phone),
)
