"""Lists everything wrong with a delivery, row by row: for its provider, who sent the values.

Belongs here: the list as a Parquet file. Does not belong here: words (feedback/), counts (scan.py).
One row for each row and rule: `line, column_name, code, severity, value, key`. A rule about one
column names it and shows its cell as received; one about several names none. What is wrong with the
delivery as a whole has no line; a line that could not be read has its reject code, severity record.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from insight_pipeline.contracts.judging.cells import file_as_received, raw_cell
from insight_pipeline.contracts.judging.examination import Examination
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.outcome import Outcome, Severity
from insight_pipeline.sql.engines.duckdb import literal

COLUMNS = "line, column_name, code, severity, value, key"
BROKEN = (Outcome.FAILED, Outcome.WARNING)


def write(
    connection: duckdb.DuckDBPyConnection, examination: Examination, contract: Contract, path: Path
) -> None:
    """Write the list, ordered by line (the delivery as a whole first), column and code."""
    parts = [_about_delivery(examination), _rejects(examination)]
    listed = _listed(examination)
    if listed and examination.content:
        parts.append(_about_rows(examination, contract, listed))
    connection.execute(
        f"copy (select * from ({' union all '.join(parts)}) as issue ({COLUMNS}) "
        "order by line nulls first, column_name nulls first, code, value) "
        f"to {literal(str(path))} (format parquet)"
    )


def _broken_rules(examination: Examination) -> list[Rule]:
    broken = {result.code for result in examination.results if result.outcome in BROKEN}
    return [rule for rule in examination.rules if rule.code in broken]


def _listed(examination: Examination) -> list[tuple[int, Rule]]:
    """The broken rules that say which rows, with their places among the rules that count rows."""
    broken = {rule.code for rule in _broken_rules(examination)}
    counting = [rule for rule in examination.rules if rule.counts_rows]
    return [
        (place, rule)
        for place, rule in enumerate(counting)
        if rule.code in broken and rule.lists_rows
    ]


def _about_delivery(examination: Examination) -> str:
    rows = [
        (None, name, rule.code, rule.severity)
        for rule in _broken_rules(examination)
        if not rule.counts_rows or rule.limit
        for name in _columns_told(rule, examination)
    ]
    return _values(rows)


def _columns_told(rule: Rule, examination: Examination) -> Iterable[str | None]:
    # The names of columns nobody promised are never told: without a header they are values.
    if rule.code == "columns_present":
        return (*examination.header.missing, *examination.header.ambiguous)
    return (_only(rule),)


def _only(rule: Rule) -> str | None:
    return rule.columns[0] if len(rule.columns) == 1 else None


def _rejects(examination: Examination) -> str:
    content = examination.content
    if content is None or content.rejects.is_empty():
        return _values(())
    # By file and not as literals: a broken quote may reject every line there is.
    path = examination.broken_rows.with_name("rejects.parquet")
    content.rejects.select("_row", "code").write_parquet(path)
    severity, cell = literal(Severity.RECORD.value), "null::varchar"
    return (
        f"select _row::bigint, {cell}, code::varchar, {severity}, {cell}, {cell} "
        f"from read_parquet({literal(str(path))})"
    )


def _values(rows: Iterable[tuple[int | None, str | None, str, Severity]]) -> str:
    listed = ", ".join(
        f"({'null' if line is None else line}::bigint, {_text(column)}, {literal(code)}, "
        f"{literal(severity.value)}, null::varchar, null::varchar)"
        for line, column, code, severity in rows
    )
    nothing = "null::bigint, null::varchar, null::varchar, null::varchar, null::varchar"
    return f"values {listed}" if listed else f"select {nothing}, null::varchar where false"


def _text(text: str | None) -> str:
    return "null::varchar" if text is None else literal(text)


def _about_rows(
    examination: Examination, contract: Contract, listed: list[tuple[int, Rule]]
) -> str:
    rules = ", ".join(
        f"({place}, {_text(_only(rule))}, {literal(rule.code)}, {literal(rule.severity.value)})"
        for place, rule in listed
    )
    rows = examination.content.rows if examination.content else None
    return f"""
        select
            hit._row, rule.column_name, rule.code, rule.severity,
            {_cell_shown(examination, listed)}, {_key(examination, contract)}
        from (
            select _row, unnest(_broken) as place
            from read_parquet({literal(str(examination.broken_rows))})
        ) as hit
        join (values {rules}) as rule (place, column_name, code, severity) using (place)
        join {file_as_received(rows)} on file._row = hit._row
    """


def _cell_shown(examination: Examination, listed: list[tuple[int, Rule]]) -> str:
    cells = {c.name: raw_cell(c, examination.header) for c in examination.contract.columns}
    cases = [
        f"when {place} then {cells[name]}"
        for place, rule in listed
        if (name := _only(rule)) and cells[name]
    ]
    return f"case place {' '.join(cases)} end" if cases else "null::varchar"


def _key(examination: Examination, contract: Contract) -> str:
    key = set(contract.key)
    columns = [column for column in examination.contract.columns if column.name in key]
    cells = [cell for column in columns if (cell := raw_cell(column, examination.header))]
    return f"nullif(concat_ws(', ', {', '.join(cells)}), '')" if cells else "null::varchar"
