"""Which columns of a person table are which facts of evidence: as told, or guessed by name.

Belongs here: the words of `--map`, what they may name, and the names people give such columns.
Does not belong here: any value of the table (values).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.linkage.evidence.load import COLUMNS

ISSUER = "trusted_id."
# What linking itself writes into evidence, and the list that `trusted_id.<issuer>` fills.
OWN = ("record_id", "trusted_ids", "delivery_id", "row_number")
FIELDS = tuple(name for name in COLUMNS if name not in OWN)
NAME_FIELDS = ("given_name", "family_name")

# Names seen on such columns, without case, spaces and underscores; the first is the surest.
KNOWN = {
    "given_name": "givenname firstname forename given fname christianname",
    "family_name": "familyname surname lastname family lname",
    "previous_family_name": "previousfamilyname previoussurname maidenname formersurname",
    "middle_name": "middlename middlenames secondname",
    "birth_date": "birthdate dateofbirth dob birthday",
    "death_date": "deathdate dateofdeath dod",
    "sex_code": "sex gender sexcode",
    "uprn": "uprn",
    "postcode": "postcode zip zipcode postalcode",
    "phone": "phone telephone mobile phonenumber telephonenumber mobilenumber homephone",
    "email": "email emailaddress",
    "trusted_id.nhs_number": "nhsnumber nhsno",
    "trusted_id.nino": "nino ninumber nationalinsurancenumber",
    "trusted_id.ssn": "ssn socsecid socialsecuritynumber",
    "provider_id": "providerid provider sourcedataset",
}
# One address in several columns is put together in the order of the file.
ADDRESS = (
    "address addressline fulladdress unitnumber flat housenumber housename streetnumber streetname"
    " street address1 address2 address3 addressline1 addressline2 addressline3 suburb town city"
)
RECORD_ID = ("recordid", "uniqueid", "id")
ALIKE = 0.8

Source = tuple[str, ...]


@dataclass(frozen=True)
class ColumnMapping:
    """Per field its values, each the columns that are joined by spaces into one value.

    A field with several values has each of them as evidence: a phone at home and a mobile one.
    """

    sources: Mapping[str, tuple[Source, ...]]

    @property
    def options(self) -> list[str]:
        """The mapping in the words of `--map`."""
        return [
            f"{field}={'+'.join(source)}"
            for field, sources in self.sources.items()
            for source in sources
        ]

    @property
    def columns(self) -> set[str]:
        return {name for sources in self.sources.values() for part in sources for name in part}

    def values_of(self, field: str) -> tuple[Source, ...]:
        return self.sources.get(field, ())

    @property
    def issuers(self) -> dict[str, tuple[Source, ...]]:
        """Issuer of trusted identifiers → its values."""
        return {
            field.removeprefix(ISSUER): sources
            for field, sources in self.sources.items()
            if field.startswith(ISSUER)
        }


def read_mapping(given: Iterable[str], columns: Sequence[str]) -> ColumnMapping:
    """The mapping that `field=column` and `field=column+column` say; all faults at once."""
    sources: dict[str, tuple[Source, ...]] = {}
    faults: list[Fault] = []
    for words in given:
        field, equals, right = words.partition("=")
        source = (right,) if right in columns else tuple(right.split("+"))
        faults += [] if equals and right else [_fault("field=column", f"'{words}'", "add a column")]
        faults += _unknown_field(field) if equals else ()
        faults += _unknown_columns(source, columns) if equals and right else ()
        sources[field] = (*sources.get(field, ()), source)
    raise_all(faults)
    return ColumnMapping(sources)


def _unknown_field(field: str) -> Iterator[Fault]:
    if field.startswith(ISSUER):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", field.removeprefix(ISSUER)):
            yield _fault(
                "an issuer after trusted_id., in small letters, digits and underscores",
                f"'{field}'",
                "write trusted_id.nhs_number=column, for instance",
            )
    elif field not in FIELDS:
        known = ", ".join([*FIELDS, f"{ISSUER}<issuer>"])
        yield _fault(f"one of {known}", f"field '{field}'", nearest(field, [*FIELDS, *KNOWN]))


def _unknown_columns(source: Source, columns: Sequence[str]) -> Iterator[Fault]:
    for name in source:
        if name not in columns:
            yield _fault("a column of the file", f"'{name}'", nearest(name, columns))


def known_column(name: str, columns: Sequence[str], option: str) -> str:
    """The column an option names, or an InsightError with the nearest one."""
    if name not in columns:
        step = nearest(name, columns)
        raise InsightError(
            [Fault(option, "a column of the file", f"'{name}'", "nothing is linked", step)]
        )
    return name


def guess_mapping(columns: Sequence[str]) -> ColumnMapping:
    """Columns by their names: exact ones first, then nearly exact ones for what is still open."""
    plain = {name: re.sub(r"[^a-z0-9]", "", name.lower()) for name in columns}
    spelled = {word: field for field, words in KNOWN.items() for word in words.split()}
    found = {field: sources for field in KNOWN if (sources := _exact(field, plain))}
    parts = set(ADDRESS.split())
    address = tuple(name for name, word in plain.items() if word in parts)
    taken = {*address, *(name for sources in found.values() for (name,) in sources)}
    for name, word in plain.items():
        close = get_close_matches(word, spelled, n=1, cutoff=ALIKE) if name not in taken else []
        field = spelled[close[0]] if close else None
        if field and field not in found:
            found[field] = ((name,),)
    if address:
        found["address_line"] = (address,)
    if not any(name in found for name in NAME_FIELDS):
        raise InsightError([_nothing_known(columns)])
    return ColumnMapping({field: found[field] for field in _order() if field in found})


def guess_record_id(columns: Sequence[str]) -> str | None:
    """The column that names the records, by its name alone."""
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(columns)}
    return next((plain[word] for word in RECORD_ID if word in plain), None)


def _exact(field: str, plain: Mapping[str, str]) -> tuple[Source, ...]:
    """All columns of that name for a field with several values, the surest for any other."""
    words = KNOWN[field].split()
    ranked = sorted((words.index(word), name) for name, word in plain.items() if word in words)
    several = field in ("phone", "email")
    return tuple((name,) for _, name in (ranked if several else ranked[:1]))


def _order() -> list[str]:
    return [*FIELDS, *(field for field in KNOWN if field.startswith(ISSUER))]


def _fault(expected: str, found: str, next_step: str) -> Fault:
    return Fault("--map", expected, found, "nothing is linked", next_step)


def _nothing_known(columns: Sequence[str]) -> Fault:
    return Fault(
        where="columns of the file",
        expected="a column for the given or the family name",
        found=f"none by name among {', '.join(columns)}",
        consequence="nothing is linked",
        next_step="say which column is what: --map family_name=… --map given_name=…",
    )
