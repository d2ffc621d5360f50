"""What models give to take away: compiled SQL, and the documentation page with its picture.

Belongs here: arguments and where files go. Does not belong here: making them.
"""

from __future__ import annotations

from pathlib import Path

import click

from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.settings import load_settings
from insight_pipeline.sql.compiled import compiled
from insight_pipeline.sql.select import select

PAGE = "models.html"
SVG = click.Path(dir_okay=False, path_type=Path)


@click.command(name="compile")
@click.argument("name", required=False)
def compile_command(name: str | None) -> None:
    """Print the SQL that DuckDB runs for a model, the macros it calls first; or for all of them.

    It runs as it stands in any DuckDB that has the tables it reads. NAME is a model's name, or any
    selection such as core/ or +fct_onward_referral.

    Example: insight models compile dim_citizen
    """
    settings = load_settings()
    catalogue = load_catalogue(settings)
    check_types(catalogue, settings)
    models = (*catalogue.staging, *catalogue.models)
    click.echo(compiled(select(models, [name] if name else []), catalogue.macros), nl=False)


@click.command(name="docs")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Another folder.")
@click.option("--picture", type=SVG, help="Write the lineage picture alone, as SVG.")
def docs_command(out: Path | None, picture: Path | None) -> None:
    """Write one page about every dataset, model and indicator: columns, tests, lineage, SQL.

    The page is a single file that needs nothing else. Without --out it goes to docs/ in the home
    folder. It holds no row of any data.

    Example: insight models docs --out site
    """
    from insight_pipeline.indicators.book import load_book
    from insight_pipeline.sql.docs.page import page
    from insight_pipeline.sql.docs.views import whole_picture

    settings = load_settings()
    book = load_book(load_catalogue(settings), settings)
    if picture is not None:
        path, text = picture, whole_picture(book, alone=True) + "\n"
    else:
        path, text = (out or settings.home / "docs") / PAGE, page(book)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing_file(path) as work:
        work.write_text(text, encoding="utf-8")
    click.echo(f"{len(book.entries)} relations: {path}")
