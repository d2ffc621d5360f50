"""What records say, for the eyes of a reviewer: the one module of review that holds values.

Belongs here: the values a page or terminal shows side by side. Does not belong here: anything that
leaves the identity zone. Values are shown as the provider wrote them, every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

FIELDS = {
    "given_name": "First name",
    "middle_name": "Middle name",
    "family_name": "Family name",
    "previous_family_name": "Former family name",
    "birth_date": "Born",
    "death_date": "Died",
    "sex_code": "Sex",
    "trusted_ids": "Number",
    "address_line": "Address",
    "uprn": "UPRN",
    "postcode": "Postcode",
    "phone": "Phone",
    "email": "E-mail",
}
AGREES, DIFFERS, ONE_SIDE = "agrees", "differs", "one side only"

Words = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Described:
    """One record: its values by field, most often said first."""

    record_id: str
    provider: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Line:
    """One fact side by side; words carry whether the other side lacks them."""

    label: str
    left: tuple[Words, ...]
    right: tuple[Words, ...]
    state: str


def describe(con: duckdb.DuckDBPyConnection, records: Sequence[str]) -> dict[str, Described]:
    """Record id → what it says, for those that are there; reads person_evidence."""
    con.register("asked", pa.table({"record_id": pa.array(records, pa.string())}))
    plain = [name for name in FIELDS if name != "trusted_ids"]
    cells = ", ".join(f"{name}::varchar as {name}" for name in plain)
    rows = con.execute(f"""
        with told as (
            select * from person_evidence semi join asked using (record_id)
        ), long as (
            select record_id, provider_id, valid_from_date, field, value
            from (select record_id, provider_id, valid_from_date, {cells} from told)
                unpivot include nulls (value for field in ({", ".join(plain)}))
            union all
            select record_id, provider_id, valid_from_date, 'trusted_ids', unnest(trusted_ids)
            from told
        )
        select record_id, min(provider_id), field, value from long
        group by record_id, field, value
        order by record_id, field, count(*) desc, max(valid_from_date) desc nulls last, value
    """).fetchall()
    con.unregister("asked")
    providers = {str(record): str(provider) for record, provider, _, _ in rows}
    values: dict[str, dict[str, list[str]]] = {record: {} for record in providers}
    for record, _, field, value in rows:
        if value is not None:
            values[record].setdefault(field, []).append(value)
    return {
        record: Described(record, provider, {f: tuple(v) for f, v in values[record].items()})
        for record, provider in providers.items()
    }


def side_by_side(left: Described, right: Described) -> list[Line]:
    """Every fact that either record tells."""
    lines = []
    for field, label in FIELDS.items():
        one, other = left.values.get(field, ()), right.values.get(field, ())
        if one or other:
            lines.append(Line(label, _marked(one, other), _marked(other, one), _state(one, other)))
    return lines


def _folded(value: str) -> str:
    return "".join(letter for letter in value.casefold() if letter.isalnum())


def _state(one: Sequence[str], other: Sequence[str]) -> str:
    if not one or not other:
        return ONE_SIDE
    return AGREES if {*map(_folded, one)} & {*map(_folded, other)} else DIFFERS


def _marked(values: Sequence[str], others: Sequence[str]) -> tuple[Words, ...]:
    """Words of each value; marked where the other side tells something, but not this word."""
    known = {_folded(word) for value in others for word in value.split()}
    whole = {_folded(value) for value in others}
    return tuple(
        tuple(
            (word, bool(others) and _folded(value) not in whole and _folded(word) not in known)
            for word in value.split()
        )
        for value in values
    )
