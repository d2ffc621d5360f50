"""Small SQL files for the tests of the sql room."""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.sql.model import Model, load_models

HEADER = "/*\ndescription: {stem}.\nowner: data@ashmere.example\n{more}*/\n"


def sql_file(folder: Path, stem: str, query: str, more: str = "") -> Path:
    """One SQL file with a header; `more` holds further lines of the header."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.sql"
    path.write_text(HEADER.format(stem=stem, more=more) + query, encoding="utf-8")
    return path


def model(folder: Path, relation: str, query: str, more: str = "") -> Model:
    """One model called `relation`."""
    schema, _, stem = relation.partition(".")
    sql_file(folder / schema, stem, query, more)
    return next(found for found in load_models(folder / schema) if found.name == stem)
