"""From the columns of a person table to a file of evidence.

Belongs here: joining columns, dates, code of sex, valid identifiers. Does not belong here: cleaning
for comparison (evidence/cleaning), which the nightly and this share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.contracts.promise.vocabulary import load_vocabularies, spellings
from insight_pipeline.landing.reading import ROW
from insight_pipeline.linkage.evidence.load import COLUMNS
from insight_pipeline.linkage.standalone.dates import DateForm, date_sql, find_form
from insight_pipeline.linkage.standalone.mapping import FIELDS, ISSUER, ColumnMapping, Source
from insight_pipeline.linkage.standalone.table import PersonTable, record_id_sql
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import identifier, literal
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros

DATES = tuple(name for name in FIELDS if COLUMNS[name] == "DATE")
SEX = "sex_code"
# Who delivered the records, where no column says so.
PROVIDER = "file"


def prepare(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """The macros that judge identifiers, and the spellings of the code of sex."""
    install_macros(con, load_macros(settings.sql / "functions"))
    known = spellings(load_vocabularies(settings.contracts / "vocabularies"), date.max)
    codes = known.filter(pl.col("vocabulary") == SEX).select("spelling", "code").rows()
    con.execute("create table sex_spelling (spelling varchar, code varchar)")
    con.executemany("insert into sex_spelling values (?, ?)", codes)


def text_sql(source: Source) -> str:
    """The columns of one value joined by spaces; whole numbers lose the .0 that tools add."""
    parts = ", ".join(
        f"nullif(regexp_replace(trim({identifier(name)}), '^([0-9]+)\\.0$', '\\1'), '')"
        for name in source
    )
    return f"nullif(concat_ws(' ', {parts}), '')"


def find_forms(
    con: duckdb.DuckDBPyConnection, table: PersonTable, mapping: ColumnMapping, given: str | None
) -> dict[str, DateForm]:
    """How every mapped date is written, all values of a field taken together."""
    forms = {}
    for field in DATES:
        selects = [
            f"select {text_sql(source)} as value from {table.relation}"
            for source in mapping.values_of(field)
        ]
        if selects:
            forms[field] = find_form(con, " union all ".join(selects), field, given)
    return forms


@dataclass(frozen=True)
class Fact:
    """One value of one field: the text of the file and what evidence takes of it, as SQL."""

    field: str
    text: str
    value: str


def facts(
    con: duckdb.DuckDBPyConnection, mapping: ColumnMapping, forms: Mapping[str, DateForm]
) -> list[list[Fact]]:
    """The first values of all fields, their second values, and so on."""
    most = max(len(sources) for sources in mapping.sources.values())
    return [
        [
            Fact(field, text, _value(con, field, text, forms))
            for field, sources in mapping.sources.items()
            for text in [text_sql(source) for source in sources[turn : turn + 1]]
        ]
        for turn in range(most)
    ]


def _value(
    con: duckdb.DuckDBPyConnection, field: str, text: str, forms: Mapping[str, DateForm]
) -> str:
    if field in forms:
        return date_sql(text, forms[field].patterns)
    if field == SEX:
        return f"(select code from sex_spelling where spelling = lower({text}))"
    if field.startswith(ISSUER):
        return _valid(con, field.removeprefix(ISSUER), text)
    return text


def _valid(con: duckdb.DuckDBPyConnection, issuer: str, text: str) -> str:
    """A number whose rules we know is judged by the macro of its name; others are taken."""
    value = f"nullif(regexp_replace({text}, '[:|]', '', 'g'), '')"
    known = con.execute(
        "select count(*) from duckdb_functions() where function_name = ? and not internal",
        [f"valid_{issuer}"],
    ).fetchall()[0][0]
    return f"valid_{issuer}({value})" if known else value


def write_evidence(
    con: duckdb.DuckDBPyConnection,
    table: PersonTable,
    turns: Sequence[Sequence[Fact]],
    record_id: str | None,
    path: Path,
) -> None:
    """One row of evidence per record, and another for each further value of its fields."""
    provider = next((f.value for f in turns[0] if f.field == "provider_id"), literal(PROVIDER))
    union = " union all ".join(
        f"select {_evidence_columns(turn, provider, record_id)} from {table.relation}"
        for turn in turns
    )
    con.execute(f"copy ({union}) to {literal(str(path))} (format parquet)")


def _evidence_columns(turn: Sequence[Fact], provider: str, record_id: str | None) -> str:
    known = {fact.field: fact.value for fact in turn} | {"provider_id": provider}
    ids = ", ".join(
        f"trusted_id({literal(fact.field.removeprefix(ISSUER))}, {fact.value})"
        for fact in turn
        if fact.field.startswith(ISSUER)
    )
    return ", ".join(
        [
            f"{record_id_sql(record_id)} as record_id",
            f"{ROW}::bigint as row_number",
            f"trusted_id_list([{ids}]::varchar[])::varchar[] as trusted_ids",
            *(f"({known.get(name, 'null')})::{COLUMNS[name]} as {name}" for name in FIELDS),
        ]
    )


def count_unread(
    con: duckdb.DuckDBPyConnection, table: PersonTable, turns: Sequence[Sequence[Fact]]
) -> dict[str, int]:
    """Per field how many values could not be understood, and count as not recorded."""
    judged = [fact for turn in turns for fact in turn if fact.value != fact.text]
    if not judged:
        return {}
    counts = ", ".join(f"count({fact.text}) - count({fact.value})" for fact in judged)
    found = con.execute(f"select {counts} from {table.relation}").fetchall()[0]
    lost: dict[str, int] = {}
    for fact, unread in zip(judged, found, strict=True):
        lost[fact.field] = lost.get(fact.field, 0) + int(unread)
    return {field: unread for field, unread in lost.items() if unread}
