"""Rule 4: names are a grammar, so that a name says what it names and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from insight_pipeline.contracts.promise.odcs_document import stem_of
from insight_pipeline.sql.header import split
from tests.conftest import ROOT
from tests.conventions.tree import write

NOUN = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
STEMS = {
    "staging": rf"stg_{NOUN}__{NOUN}",
    "core": rf"(?:dim|fct)_{NOUN}",
    "journeys": rf"(?:dim|fct)_{NOUN}",
    "indicators": NOUN,
    "functions": NOUN,
}
# The ending (or beginning) a column's type asks for. A period's ends are days without `_date`.
ENDINGS = {
    "DATE": r"\w+_(?:date|from|to|month)",
    "TIMESTAMP": r"\w+_at",
    "TIMESTAMPTZ": r"\w+_at",
    "BOOLEAN": r"(?:is|has)_\w+",
    "DECIMAL(18, 2)": r"\w+_gbp",
}
UNIT_FIRST = re.compile(r"(?:days|weeks|months|years|gbp|pct)_\w+")


def stem_faults(root: Path) -> list[str]:
    """SQL files whose name, or whose folder, is outside the grammar."""
    return [
        f"{path.relative_to(root).as_posix()} is not named {STEMS.get(path.parent.name)}"
        for path in sorted((root / "dbt_like_sql").rglob("*.sql"))
        if not re.fullmatch(STEMS.get(path.parent.name, "no such folder"), path.stem)
    ]


def unpaired_feeds(root: Path) -> list[str]:
    """Contracts without a staging file of the same stem, and staging files without a contract."""
    promised = {
        stem_of(path) for path in (root / "data_contracts" / "providers").glob("*.odcs.yaml")
    }
    staged = {
        path.stem.removeprefix("stg_") for path in (root / "dbt_like_sql" / "staging").glob("*.sql")
    }
    return [
        *(f"{stem} has a contract and no staging file" for stem in sorted(promised - staged)),
        *(f"{stem} has a staging file and no contract" for stem in sorted(staged - promised)),
    ]


def column_faults(root: Path) -> list[str]:
    """Columns whose name does not tell their type or unit as the grammar says."""
    return [
        f"{path.relative_to(root).as_posix()}: '{name}' is {kind}, which is named otherwise"
        for path in sorted((root / "dbt_like_sql").rglob("*.sql"))
        if path.parent.name != "functions"
        for name, kind in _columns(path)
        if not re.fullmatch(ENDINGS.get(kind, r"\w+"), name)
        or UNIT_FIRST.fullmatch(name)
        or (name.endswith("_date") and kind != "DATE")
    ]


def _columns(path: Path) -> Iterator[tuple[str, str]]:
    tree = sqlglot.parse_one(split(path)[1], dialect="duckdb")
    for column in tree.expressions:
        if isinstance(column.this, exp.Cast):
            yield column.alias, column.this.to.sql(dialect="duckdb").upper()


@pytest.mark.parametrize(
    "rule", [stem_faults, unpaired_feeds, column_faults], ids=lambda r: r.__name__
)
def test_the_repository_keeps_the_grammar(rule: Callable[[Path], list[str]]) -> None:
    assert not (faults := rule(ROOT)), "\n".join(faults)


@pytest.mark.parametrize(
    "name",
    [
        "staging/x__visits.sql",
        "staging/stg_x_visits.sql",
        "core/citizen.sql",
        "core/dim_Citizen.sql",
        "journeys/referrals.sql",
        "indicators/Kept-12w.sql",
        "marts/dim_citizen.sql",
    ],
)
def test_a_name_outside_the_grammar_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"dbt_like_sql/{name}", "")
    assert name in stem_faults(tmp_path)[0]


def test_a_feed_with_only_one_of_its_two_files_is_named(tmp_path: Path) -> None:
    write(tmp_path, "data_contracts/providers/x__visits.odcs.yaml", "")
    write(tmp_path, "dbt_like_sql/staging/stg_x__members.sql", "")
    assert unpaired_feeds(tmp_path) == [
        "x__visits has a contract and no staging file",
        "x__members has a staging file and no contract",
    ]


@pytest.mark.parametrize(
    "column",
    [
        "x::date as born",
        "x::varchar as birth_date",
        "x::boolean as alive",
        "x::timestamp as sent",
        "x::decimal(18, 2) as amount",
        "x::integer as days_to_pickup",
    ],
)
def test_a_column_outside_the_grammar_is_named(tmp_path: Path, column: str) -> None:
    text = f"/*\ndescription: x\n*/\nwith\na as (select * from b.c)\n\nselect {column}\nfrom a\n"
    write(tmp_path, "dbt_like_sql/core/dim_area.sql", text)
    assert f"'{column.rpartition(' ')[2]}'" in column_faults(tmp_path)[0]


def test_columns_inside_the_grammar_are_not_named(tmp_path: Path) -> None:
    columns = "x::date as birth_date, x::boolean as is_open, x::integer as wait_days"
    text = f"/*\ndescription: x\n*/\nwith\na as (select * from b.c)\n\nselect {columns}\nfrom a\n"
    write(tmp_path, "dbt_like_sql/core/dim_area.sql", text)
    assert column_faults(tmp_path) == []
