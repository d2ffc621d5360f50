"""Every SQL model against its table tests (rule 15); the cases stand in tests/sql/*.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.indicators.catalogue import Catalogue, check_types, load_catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.strict import validate
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.model import Model, load_models
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.sql.seeds import Seed
from insight_pipeline.sql.table_tests import Case, CaseError, load_cases, typed, untested
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT
from tests.sql.table_cases import check_case

FOLDER = Path(__file__).parent
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case.name}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in load_cases(path)
]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), project=ROOT)


@pytest.fixture(scope="session")
def catalogue(settings: Settings) -> Catalogue:
    return load_catalogue(settings)


@pytest.fixture(scope="session")
def columns(catalogue: Catalogue, settings: Settings) -> dict[str, Columns]:
    """Columns of everything a model may read: accepted datasets, sources and other models."""
    accepted = {accepted_relation(c): accepted_columns(c) for c in catalogue.contracts}
    made = check_types(catalogue, settings)
    return {**accepted, **source_columns(catalogue.internal), **made}


@pytest.fixture(scope="session")
def connection(catalogue: Catalogue) -> Iterator[duckdb.DuckDBPyConnection]:
    """One database for all cases: each replaces the tables its model reads."""
    with duckdb.connect() as opened:
        opened.execute("set timezone = 'UTC'")
        install_macros(opened, catalogue.macros)
        yield opened


@pytest.mark.parametrize(("stem", "case"), CASES)
def test_the_model_makes_the_rows_expected(
    stem: str,
    case: Case,
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    columns: dict[str, Columns],
) -> None:
    models = {model.name: model for model in (*catalogue.staging, *catalogue.models)}
    assert stem in models, f"no model is called {stem}"
    seeds = [model for model in catalogue.models if isinstance(model, Seed)]
    check_case(connection, models[stem], case, columns, seeds)


def test_every_model_has_a_table_test(catalogue: Catalogue) -> None:
    assert untested([*catalogue.staging, *catalogue.models], FOLDER) == []


def test_sentences_are_unique_within_a_model() -> None:
    ids = [str(case.id) for case in CASES]
    assert sorted(ids) == sorted(set(ids))


# The runner itself: it must find what is wrong, or all of the above says nothing.

HEADER = "/*\ndescription: Visits by day.\nowner: a@ashmere.example\n*/\n"
QUERY = "select day, count(*) as visits, list(who order by who) as who from core.visit group by day"
TABLES: dict[str, Columns] = {"core.visit": {"day": "DATE", "who": "VARCHAR"}}
GIVEN = [{"day": "2025-01-01", "who": "b"}, {"day": "2025-01-01", "who": "a"}, {"who": "c"}]
RIGHT: list[dict[str, Any]] = [
    {"day": None, "visits": 1, "who": ["c"]},
    {"day": "2025-01-01", "visits": "2", "who": ["a", "b"]},
]


@pytest.fixture
def visits(tmp_path: Path) -> Model:
    folder = tmp_path / "journeys"
    folder.mkdir()
    (folder / "fct_visit.sql").write_text(HEADER + QUERY)
    return load_models(folder)[0]


def check(model: Model, given: dict[str, Any], expect: list[dict[str, Any]]) -> None:
    case = validate({"name": "a sentence", "given": given, "expect": expect}, Case, "case")
    with duckdb.connect() as connection:
        check_case(connection, model, case, TABLES)


def test_the_right_rows_pass_in_any_order(visits: Model) -> None:
    check(visits, {"core.visit": GIVEN}, RIGHT)
    check(visits, {"core.visit": GIVEN[::-1]}, RIGHT[::-1])


def test_only_the_columns_named_are_compared(visits: Model) -> None:
    check(visits, {"core.visit": GIVEN}, [{"visits": 1}, {"visits": 2}])


def test_a_table_not_given_is_empty(visits: Model) -> None:
    check(visits, {}, [])


@pytest.mark.parametrize(
    "expect",
    [
        [],
        RIGHT[:1],
        [*RIGHT, RIGHT[0]],
        [{"visits": 1}, {"visits": 3}],
        [{"day": None}, {"day": "2025-01-02"}],
        [{"who": ["c"]}, {"who": ["b", "a"]}],
        [{"visits": None}, {"visits": 2}],
    ],
)
def test_other_rows_fail(visits: Model, expect: list[dict[str, Any]]) -> None:
    with pytest.raises(AssertionError):
        check(visits, {"core.visit": GIVEN}, expect)


def test_a_value_that_its_type_would_change_is_refused(visits: Model) -> None:
    with pytest.raises(AssertionError, match=r"'2\.4' is not a BIGINT"):
        check(visits, {"core.visit": GIVEN}, [{"visits": 1}, {"visits": 2.4}])
    with duckdb.connect() as connection, pytest.raises(CaseError, match="is not a DATE"):
        typed(connection, "2025-01-01 10:00:00", "DATE")


@pytest.mark.parametrize(
    ("given", "expect", "words"),
    [
        ({"core.vist": GIVEN}, RIGHT, "did you mean 'core.visit'?"),
        ({"core.visit": [{"dya": None}]}, [], "did you mean 'day'?"),
        ({"core.visit": GIVEN}, [{"visit": 1}, {"visit": 2}], "did you mean 'visits'?"),
        ({"core.visit": GIVEN}, [{"visits": 1}, {"day": None}], "names the same columns"),
    ],
)
def test_a_misspelt_name_in_a_case_is_told(
    visits: Model, given: dict[str, Any], expect: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(AssertionError) as caught:
        check(visits, given, expect)
    assert words in str(caught.value)


def test_a_misspelt_key_of_a_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fct_visit.yaml"
    path.write_text("tests:\n  - {name: a, given: {}, expects: []}\n")
    with pytest.raises(InsightError, match="expects"):
        load_cases(path)


def test_a_model_without_a_case_is_named(visits: Model, tmp_path: Path) -> None:
    assert untested([visits], tmp_path) == ["journeys.fct_visit"]
    (tmp_path / "fct_visit.yaml").write_text("tests: []\n")
    assert untested([visits], tmp_path) == ["journeys.fct_visit"]
    (tmp_path / "fct_visit.yaml").write_text("tests: [{name: a, given: {}, expect: []}]\n")
    assert untested([visits], tmp_path) == []
