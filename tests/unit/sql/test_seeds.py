"""Seeds: reference tables of the project, read strictly and used like any model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.dry_run import dry_run
from insight_pipeline.sql.graph import in_order
from insight_pipeline.sql.lineage import lineage
from insight_pipeline.sql.runner import run, target_fingerprints
from insight_pipeline.sql.seeds import Seed, load_seeds
from tests.conftest import ROOT
from tests.unit.sql.files import model

YAML = """description: Bands.
owner: data@ashmere.example
columns:
  band: {type: varchar, description: The band.}
  people: {type: integer, description: How many.}
  day: {type: date, description: When.}
  share: {type: "decimal(5,2)", description: Of all.}
tests:
  - unique: [band]
"""
CSV = 'band,people,day,share\n0-4,5000,2025-01-31,1.5\n"it\'s, so",,,\n'


def seed(folder: Path, csv: str = CSV, yaml: str = YAML) -> Seed:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "band.csv").write_text(csv, encoding="utf-8")
    (folder / "band.yaml").write_text(yaml, encoding="utf-8")
    return load_seeds(folder)[0]


def faults(folder: Path, csv: str = CSV, yaml: str = YAML) -> str:
    with pytest.raises(InsightError) as caught:
        seed(folder, csv, yaml)
    return str(caught.value)


def test_a_seed_is_a_table_with_its_types_and_tests(tmp_path: Path) -> None:
    found = seed(tmp_path)
    assert (found.relation, found.reads, found.path.name) == ("seeds.band", (), "band.csv")
    assert found.header.columns["people"] == "How many."
    with duckdb.connect() as connection:
        targets = target_fingerprints([found], (), {})
        (done,) = run(connection, [found], targets)
        assert [(test.name, test.outcome.value) for test in done.tests] == [
            ("unique_band", "passed")
        ]
        rows = connection.execute("select * from seeds.band order by people").fetchall()
        assert [str(cell) for cell in rows[0]] == ["0-4", "5000", "2025-01-31", "1.50"]
        assert rows[1] == ("it's, so", None, None, None)
        assert run(connection, [found], targets)[0].unchanged


def test_models_read_a_seed_like_any_table(tmp_path: Path) -> None:
    given = [model(tmp_path, "core.a", "select band from seeds.band"), seed(tmp_path / "seeds")]
    ordered = in_order(given, set())
    assert [each.relation for each in ordered] == ["seeds.band", "core.a"]
    with duckdb.connect() as connection:
        columns = dry_run(connection, ordered, {})
    assert columns["seeds.band"]["share"] == "DECIMAL(5,2)"
    assert [str(edge.of) for edge in lineage(ordered, columns)] == [
        "seeds.band.*",
        "seeds.band.band",
    ]


def test_cells_and_types_are_what_it_is_made_from_and_words_are_not(tmp_path: Path) -> None:
    mark = seed(tmp_path / "0").fingerprint
    words = YAML.replace("Bands.", "Other words.").replace("unique", "not_null")
    assert seed(tmp_path / "1", CSV.replace("0-4", '"0-4"'), words).fingerprint == mark
    assert seed(tmp_path / "2", CSV.replace("5000", "5001")).fingerprint != mark
    assert seed(tmp_path / "3", yaml=YAML.replace("integer", "bigint")).fingerprint != mark


def test_columns_stand_in_the_order_of_the_description(tmp_path: Path) -> None:
    turned = "day,band,share,people\n2025-01-31,0-4,1.5,5000\n"
    assert list(seed(tmp_path, turned).types) == ["band", "people", "day", "share"]
    with duckdb.connect() as connection:
        first = connection.execute(seed(tmp_path, turned).query).fetchall()[0]
    assert first[:2] == ("0-4", 5000)


def test_an_empty_seed_is_an_empty_table(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        query = seed(tmp_path, "band,people,day,share\n").query
        assert connection.execute(query).fetchall() == []


@pytest.mark.parametrize(
    ("csv", "words"),
    [
        (CSV.replace("people", "poeple"), "(?s)line 1\n.*'poeple'.*did you mean 'people'"),
        (CSV.replace("people", "poeple"), "no column 'people'"),
        (CSV.replace("\n", ",x\n").replace("share,x", "share,band"), "'band_duplicated_0'"),
        (CSV.replace("5000,", "5000,1,"), "lines of other lengths"),
        ("", "a file that is empty"),
    ],
)
def test_columns_that_are_not_described_or_not_there_are_named(
    tmp_path: Path, csv: str, words: str
) -> None:
    with pytest.raises(InsightError, match=words):
        seed(tmp_path, csv)


def test_a_test_of_a_seed_reads_no_clock(tmp_path: Path) -> None:
    words = faults(tmp_path, yaml=f"{YAML}  - expression: day <= current_date\n")
    assert "band.yaml: tests.1.expression" in words
    assert "'current_date'" in words


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "kind"),
    [
        ("5000", "many", 2, "people", "integer"),
        ("5000", "50.5", 2, "people", "integer"),
        ("5000", "5e99", 2, "people", "integer"),
        ("2025-01-31", "2025-02-30", 2, "day", "date"),
        ("2025-01-31", "31/01/2025", 2, "day", "date"),
        ("2025-01-31", "2025-01-31 10:00", 2, "day", "date"),
        ("1.5", "1.555", 2, "share", "decimal(5,2)"),
        ("1.5", "99999", 2, "share", "decimal(5,2)"),
        ('so",,,', 'so",x,,', 3, "people", "integer"),
    ],
)
def test_a_value_that_its_type_would_change_is_named_by_its_place(
    tmp_path: Path, old: str, new: str, line: int, column: str, kind: str
) -> None:
    words = faults(tmp_path, CSV.replace(old, new, 1))
    assert f"band.csv: line {line}, column '{column}'" in words
    assert f"a value of type {kind}" in words


def test_every_wrong_column_is_told_at_once(tmp_path: Path) -> None:
    words = faults(tmp_path, CSV.replace("5000", "x").replace("2025-01-31", "y"))
    assert "column 'people'" in words and "column 'day'" in words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("owner:", "ownr:", "did you mean 'owner'?"),
        ("type: date", "typ: date", "did you mean 'type'?"),
        ("type: date", "type: day", "columns.day.type"),
        ("type: date", "type: date; drop table x", "columns.day.type"),
        ("unique: [band]", "uniqe: [band]", "did you mean 'unique'?"),
    ],
)
def test_a_misspelt_description_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert words in faults(tmp_path, yaml=YAML.replace(old, new, 1))


@pytest.mark.parametrize(("gone", "words"), [("csv", "band.csv"), ("yaml", "band.yaml")])
def test_a_file_without_the_other_is_named(tmp_path: Path, gone: str, words: str) -> None:
    seed(tmp_path)
    (tmp_path / f"band.{gone}").unlink()
    with pytest.raises(InsightError, match=f"write {words}"):
        load_seeds(tmp_path)


def test_an_absent_folder_holds_no_seed(tmp_path: Path) -> None:
    assert load_seeds(tmp_path / "nowhere") == ()


# The seed of the project.


@pytest.fixture
def esp2013() -> pl.DataFrame:
    found = {each.name: each for each in load_seeds(ROOT / "dbt_like_sql" / "seeds")}["esp2013"]
    with duckdb.connect() as connection:
        rows = connection.execute(found.query).fetchall()
    return pl.DataFrame(rows, schema=list(found.types), orient="row")


def test_the_standard_population_is_of_a_hundred_thousand_in_nineteen_bands(
    esp2013: pl.DataFrame,
) -> None:
    assert (esp2013.height, esp2013["persons"].sum()) == (19, 100_000)


@pytest.mark.shared
def test_the_standard_population_is_that_of_the_reference(
    esp2013: pl.DataFrame, shared_path: Callable[[str], Path]
) -> None:
    reference = pl.read_csv(shared_path("vectors/phe/esp2013.csv"))
    assert esp2013.rows() == reference.rows()
