"""What SQL cannot do to a value: other scripts in Latin letters, telephone numbers taken apart.

Belongs here: forms looked up for distinct values, each worked out once. Does not belong here: the
cleaning steps that follow (cleaning). A form depends on its value alone, so what one record says
never changes another.
"""

from __future__ import annotations

import duckdb
import phonenumbers
import pyarrow as pa
from anyascii import anyascii

# Whose plain numbers lack a country code.
REGION = "GB"
_POSSIBLE = phonenumbers.Leniency.POSSIBLE
LATIN = (
    "given_name",
    "family_name",
    "previous_family_name",
    "middle_name",
    "address_line",
    "email",
)
# Values in other scripts, and Latin letters with marks: providers keep, drop or spell them out.
_FOREIGN = "regexp_matches({x}, '[^\\x00-\\x7F]')"
# With a country code, an extension or a second number; digits alone need no library (126 µs each).
_INTRICATE = "regexp_matches({x}, '^[^0-9]*([+]|00)|[A-Za-z;,/#]')"


def look_up_forms(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """Tables latin_form and phone_form (raw, form) of the distinct values of table `source`."""
    union = " union ".join(
        f"select {column} as raw from {source} where {_FOREIGN.format(x=column)}"
        for column in LATIN
    )
    _write_forms(con, "latin_form", {raw: anyascii(raw) for raw in _values(con, union)})
    phones = f"select distinct phone as raw from {source} where {_INTRICATE.format(x='phone')}"
    _write_forms(con, "phone_form", {raw: phone_line(raw) for raw in _values(con, phones)})


def _values(con: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    return [str(raw) for (raw,) in con.execute(f"{query} order by raw").fetchall()]


def _write_forms(con: duckdb.DuckDBPyConnection, table: str, forms: dict[str, str]) -> None:
    kind = pa.string()
    columns = {"raw": pa.array(list(forms), kind), "form": pa.array(list(forms.values()), kind)}
    con.register("forms", pa.table(columns))
    con.execute(f"create or replace temp table {table} as select raw, form from forms")
    con.unregister("forms")


def phone_line(raw: str) -> str:
    """The digits of the first number in the text without its extension; else the text as it is.

    A number of REGION is written without its country code, others with it.
    """
    for found in (*_whole(raw), *phonenumbers.PhoneNumberMatcher(raw, REGION, _POSSIBLE)):
        number = getattr(found, "number", found)
        home = number.country_code == phonenumbers.country_code_for_region(REGION)
        return f"{'' if home else number.country_code}{number.national_number}"
    return raw


def _whole(raw: str) -> list[phonenumbers.PhoneNumber]:
    """The text as one number, if it can be one."""
    try:
        number = phonenumbers.parse(raw, REGION)
    except phonenumbers.NumberParseException:
        return []
    return [number] if phonenumbers.is_possible_number(number) else []


def with_forms(source: str, columns: list[str]) -> str:
    """A query over table `source` that adds each column as `<column>_clean`, in its form."""
    forms = {column: "latin_form" for column in LATIN} | {"phone": "phone_form"}
    clean = ", ".join(
        f"coalesce({column}_form.form, {column}) as {column}_clean"
        if column in forms
        else f"{column} as {column}_clean"
        for column in columns
    )
    joins = " ".join(
        f"left join {table} as {column}_form on {column}_form.raw = source.{column}"
        for column, table in forms.items()
    )
    return f"select source.*, {clean} from {source} as source {joins}"
