"""`insight models compile` and `docs`: what they write, and that it is the same every time."""

from __future__ import annotations

from pathlib import Path

import duckdb
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.indicators.project_lineage import project_columns
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import create_empty
from tests.conftest import ROOT

PICTURE = ROOT / "docs/images/lineage.svg"


def run(home: Path, *words: str) -> Result:
    environment = {"INSIGHT_HOME": str(home), "INSIGHT_PROJECT": str(ROOT)}
    return CliRunner(env=environment).invoke(main, ["models", *words])


def test_the_script_of_all_models_runs_in_a_database_that_has_only_the_sources(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, project=ROOT)
    catalogue = load_catalogue(settings)
    models = {model.relation for model in (*catalogue.staging, *catalogue.models)}
    script = run(tmp_path, "compile").output
    with duckdb.connect() as connection:
        for relation, columns in project_columns(catalogue, settings).items():
            if relation not in models:
                create_empty(connection, relation, columns)
        connection.execute(script)
        made = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
    assert models <= {name for (name,) in made}


def test_one_model_is_compiled_with_the_macros_it_calls_and_no_others(tmp_path: Path) -> None:
    found = run(tmp_path, "compile", "dim_citizen").output
    assert "macro" not in found and 'table "core"."dim_citizen" as' in found
    staged = run(tmp_path, "compile", "stg_council__deaths").output
    assert staged.index("macro birth_date(") < staged.index('"staging"."stg_council__deaths"')
    assert "macro wilson" not in staged


def test_a_name_that_no_model_has_is_told_with_the_nearest(tmp_path: Path) -> None:
    found = run(tmp_path, "compile", "dim_citizn")
    assert found.exit_code == 1 and "did you mean 'dim_citizen'?" in found.stderr


def test_the_page_goes_home_or_where_it_is_told_and_is_the_same_bytes(tmp_path: Path) -> None:
    assert run(tmp_path / "home", "docs").exit_code == 0
    told = run(tmp_path / "other", "docs", "--out", str(tmp_path / "site"))
    assert str(tmp_path / "site/models.html") in told.output
    page = (tmp_path / "home/docs/models.html").read_bytes()
    assert page == (tmp_path / "site/models.html").read_bytes()
    assert str(tmp_path).encode() not in page and str(ROOT).encode() not in page


def test_the_picture_in_the_documents_is_that_of_these_models(tmp_path: Path) -> None:
    path = tmp_path / "lineage.svg"
    assert run(tmp_path, "docs", "--picture", str(path)).exit_code == 0
    assert PICTURE.read_bytes() == path.read_bytes(), (
        "write it anew: insight models docs --picture docs/images/lineage.svg"
    )
