"""Evidence in: the union of the person_evidence files, cleaned, and every value it holds counted.

Belongs here: reading, cleaning, and the long table of values. Does not belong here: what is
compared (record) or how (comparisons).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.linkage.evidence.cleaning import (
    CHECKED,
    CLEANING,
    TRUSTED_ID,
    clean_sql,
)
from insight_pipeline.linkage.evidence.forms import look_up_forms, with_forms

COLUMNS = {
    "record_id": "VARCHAR",
    "provider_id": "VARCHAR",
    "given_name": "VARCHAR",
    "family_name": "VARCHAR",
    "previous_family_name": "VARCHAR",
    "middle_name": "VARCHAR",
    "birth_date": "DATE",
    "death_date": "DATE",
    "sex_code": "VARCHAR",
    "trusted_ids": "VARCHAR[]",
    "address_line": "VARCHAR",
    "uprn": "VARCHAR",
    "postcode": "VARCHAR",
    "phone": "VARCHAR",
    "email": "VARCHAR",
    "valid_from_date": "DATE",
    "valid_to_date": "DATE",
    "delivery_id": "VARCHAR",
    "row_number": "BIGINT",
}


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _known_columns(con: duckdb.DuckDBPyConnection, path: Path) -> set[str]:
    rows = con.execute(f"describe select * from read_parquet({_literal(path)})").fetchall()
    return {str(row[0]) for row in rows}


def _select(con: duckdb.DuckDBPyConnection, path: Path) -> str:
    """One file as the full set of columns; those it lacks are NULL."""
    known = _known_columns(con, path)
    columns = ", ".join(
        f"{name}::{kind} as {name}" if name in known else f"null::{kind} as {name}"
        for name, kind in COLUMNS.items()
    )
    return f"select {columns} from read_parquet({_literal(path)})"


def _cleaned(query: str) -> str:
    """Every step of every column in its turn, one select deep each: no step is worked out twice."""
    for turn in range(max(len(steps) for steps in CLEANING.values())):
        replaced = ", ".join(
            f"{steps[turn].applied_to(f'{column}_clean')} as {column}_clean"
            for column, steps in CLEANING.items()
            if turn < len(steps)
        )
        query = f"select * replace ({replaced}) from ({query})"
    return query


def union_of(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> str:
    """One query over all the files, with the full set of columns."""
    empty = "select " + ", ".join(f"null::{kind} as {name}" for name, kind in COLUMNS.items())
    return " union all ".join([f"{empty} where false", *(_select(con, path) for path in paths)])


def load_evidence(
    con: duckdb.DuckDBPyConnection, paths: Sequence[Path], only: str | None = None
) -> None:
    """Table person_evidence: the files' raw columns, and each cleaned as `<column>_clean`.

    `only` names a table of the record ids wanted; all of them without it.
    """
    union = union_of(con, paths)
    if only is None:
        refuse_nameless_records(con, union)
    else:
        union = f"select * from ({union}) where record_id in (select record_id from {only})"
    con.execute(f"create temp table raw_evidence as {union}")
    look_up_forms(con, "raw_evidence")
    cleaned = _cleaned(with_forms("raw_evidence", list(CLEANING)))
    con.execute(f"create table person_evidence as {cleaned}")
    for table in ("raw_evidence", "latin_form", "phone_form"):
        con.execute(f"drop table {table}")


def refuse_nameless_records(con: duckdb.DuckDBPyConnection, union: str) -> None:
    """An InsightError that names the providers whose rows lack a record id."""
    missing = con.execute(
        f"select provider_id, count(*) from ({union}) where record_id is null group by all"
    ).fetchall()
    raise_all(
        Fault(
            where=f"person_evidence of provider {provider}",
            expected="a record_id in every row",
            found=f"{count} rows without one",
            consequence="nothing was linked",
            next_step="make the staging SQL of this provider build record_id from its person key",
        )
        for provider, count in missing
    )


def count_values(con: duckdb.DuckDBPyConnection) -> None:
    """Table evidence_value(record_id, field, value, times, latest): every distinct clean value.

    `place` ranks a record's values of one field: most often given, then latest, then smallest,
    so that neither the order of rows nor of files can matter.
    """
    texts = ", ".join(f"{column}_clean::varchar as {column}" for column in CLEANING)
    fields = ", ".join(CLEANING)
    con.execute(f"""
        create table evidence_value as
        with long as (
            select record_id, valid_from_date, field, value
            from (
                unpivot (select record_id, valid_from_date, {texts} from person_evidence)
                on {fields} into name field value value
            )
        ), counted as (
            select record_id, field, value, count(*) as times, max(valid_from_date) as latest
            from long group by all
        )
        select *, row_number() over (
            partition by record_id, field order by times desc, latest desc nulls last, value
        ) as place
        from counted
    """)
    identifier = clean_sql("split_part(entry, ':', 2)", TRUSTED_ID)
    checks = " ".join(
        f"when '{issuer}' then {clean_sql('value', steps)}" for issuer, steps in CHECKED.items()
    )
    con.execute(f"""
        create table trusted_value as
        with listed as (
            select record_id, lower(trim(split_part(entry, ':', 1))) as issuer,
                {identifier} as value
            from (select record_id, unnest(trusted_ids) as entry from person_evidence)
        ), checked as (
            select record_id, issuer, case issuer {checks} else value end as value from listed
        )
        select record_id, issuer, issuer || ':' || value as trusted_id, count(*) as times
        from checked
        where issuer <> '' and value is not null
        group by all
    """)
