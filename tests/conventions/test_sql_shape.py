"""Rule 5: one shape of SQL, so that who has read one file has read them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.header import ModelHeader, read, split
from tests.conftest import ROOT
from tests.conventions.tree import write

QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
GOOD = """/*
description: Visits.
owner: a@b.example
*/
with
visits as (select * from accepted.x__visits),

named as (
    select "Visit ID" as visit_id
    from visits
)

select visit_id::varchar as visit_id
from named
"""


def sql_shape_faults(root: Path) -> list[str]:
    """What every SQL file of dbt_like_sql does otherwise than all others."""
    return [
        f"{path.relative_to(root).as_posix()}: {fault}"
        for path in sorted((root / "dbt_like_sql").rglob("*.sql"))
        for fault in _file_faults(path)
    ]


def _file_faults(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    header = IndicatorHeader if path.parent.name == "indicators" else ModelHeader
    try:
        read(path, header)
        _, query = split(path)
    except InsightError as error:
        yield f"the header does not parse: {error}"
        return
    yield from _text_faults(text, query)
    if path.parent.name == "functions":
        if not query.startswith(f"create or replace macro {path.stem}("):
            yield "a function is one macro named like its file"
    else:
        yield from _query_faults(query)


def _text_faults(text: str, query: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > 100:
            yield f"line {number} is longer than 100 columns"
    bare = QUOTED.sub("''", query)
    if text.rstrip().endswith(";"):
        yield "it ends with a semicolon"
    if re.search(r"\{\{|\{%|\{#", text):
        yield "it holds Jinja"
    if "\t" in text:
        yield "it holds a tab"
    if upper := re.search(r"[A-Z]\w*", bare):
        yield f"'{upper[0]}' is not lower case"
    if odd := [line for line in bare.splitlines() if (len(line) - len(line.lstrip(" "))) % 4]:
        yield f"'{odd[0].strip()}' is not indented by steps of 4 spaces"


def _query_faults(query: str) -> Iterator[str]:
    try:
        tree = sqlglot.parse_one(query, dialect="duckdb")
    except sqlglot.ParseError as error:
        yield f"it does not parse: {error}"
        return
    if not isinstance(tree, exp.Select) or not tree.ctes:
        yield "it is not one select below import CTEs"
        return
    yield from _final_select_faults(tree)
    yield from _import_faults(tree)


def _final_select_faults(tree: exp.Select) -> Iterator[str]:
    for column in tree.expressions:
        if column.is_star:
            yield "the last select does not name its columns"
        elif not (isinstance(column, exp.Alias) and isinstance(column.this, exp.Cast)):
            yield f"the last select gives '{column.alias_or_name}' no cast and name"
    source = tree.args["from_"].this if tree.args.get("from_") else None
    if tree.args.get("joins") or not isinstance(source, exp.Table) or source.db:
        yield "the last select does not read one CTE"
    elif source.name != tree.ctes[-1].alias:
        yield f"the last select reads '{source.name}', not the last CTE"


def _import_faults(tree: exp.Select) -> Iterator[str]:
    seen: set[str] = set()
    logic_begun = False
    for cte in tree.ctes:
        relations = [table for table in cte.this.find_all(exp.Table) if table.db]
        if not relations:
            logic_begun = True
            continue
        name = f"{relations[0].db}.{relations[0].name}"
        if cte.this.sql(dialect="duckdb").lower() != f"select * from {name}":
            yield f"CTE '{cte.alias}' reads '{name}' and does more than import it"
        elif logic_begun:
            yield f"CTE '{cte.alias}' imports '{name}' below logic"
        if name in seen:
            yield f"'{name}' is imported twice"
        seen.add(name)


def test_every_sql_file_has_the_one_shape() -> None:
    assert not (faults := sql_shape_faults(ROOT)), "\n".join(faults)
    assert len(list((ROOT / "dbt_like_sql").rglob("*.sql"))) > 10


def test_a_file_of_the_right_shape_has_no_faults(tmp_path: Path) -> None:
    write(tmp_path, "dbt_like_sql/staging/stg_x__visits.sql", GOOD)
    assert sql_shape_faults(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("/*\ndescription", "-- description", "header does not parse"),
        ("description:", "descripton:", "header does not parse"),
        ("from named\n", "from named;\n", "semicolon"),
        ("select visit_id::varchar as visit_id\n", "select *\n", "does not name its columns"),
        ("visit_id::varchar as visit_id", "visit_id", "no cast and name"),
        ("from named\n", "from visits\n", "not the last CTE"),
        ("from named\n", "from accepted.x__visits\n", "does not read one CTE"),
        ("from visits\n", "from visits, core.y\n", "does more than import"),
        ("from visits\n", "from {{ visits }}\n", "Jinja"),
        ("\nselect visit_id::", "\nSELECT visit_id::", "'SELECT' is not lower case"),
        ("    from visits", "  from visits", "steps of 4 spaces"),
        ("    from visits", "\tfrom visits", "tab"),
        ("named as (", "named as (  -- " + "x" * 100, "longer than 100"),
        ("Visits.", "V" * 100, "longer than 100"),
        (
            "\n\nselect visit_id",
            ",\n\nlate as (select * from core.y)\n\nselect visit_id",
            "below logic",
        ),
    ],
)
def test_a_file_of_another_shape_is_named_with_its_fault(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = write(tmp_path, "dbt_like_sql/staging/stg_x__visits.sql", GOOD.replace(old, new))
    assert any(words in fault and path.name in fault for fault in sql_shape_faults(tmp_path))


def test_a_macro_named_otherwise_than_its_file_is_a_fault(tmp_path: Path) -> None:
    header = "/*\ndescription: Twice.\nowner: a@b.example\n*/\n"
    write(
        tmp_path,
        "dbt_like_sql/functions/twice.sql",
        header + "create or replace macro two(x) as (2 * x)",
    )
    assert "named like its file" in sql_shape_faults(tmp_path)[0]
