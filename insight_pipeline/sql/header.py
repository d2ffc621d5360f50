"""The YAML header on top of every SQL file, and the file split into header and query.

Belongs here: what every model's header may say. Does not belong here: what an indicator's header
adds (indicators/header.py) or what any table means.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import Field, model_validator

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import StrictModel, parse_yaml, validate


class TableTest(StrictModel):
    """One assertion about a finished table; exactly one key is set.

    not_null: columns that are never NULL. unique: columns that together identify a row.
    expression: a SQL predicate that holds for every row (NULL counts as holding).
    """

    not_null: tuple[str, ...] | None = None
    unique: tuple[str, ...] | None = None
    expression: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> TableTest:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a test has exactly one of: not_null, unique, expression")
        return self


class ModelHeader(StrictModel):
    """What every model says about itself; Dagster and the catalogue describe it from here."""

    description: str
    owner: str
    grain: str = ""
    feeds: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)
    tests: tuple[TableTest, ...] = ()


Header = TypeVar("Header", bound=ModelHeader)


def split(path: Path) -> tuple[str, str]:
    """The YAML text of the leading comment, and the SQL below it."""
    text = path.read_text(encoding="utf-8").strip()
    end = text.find("*/")
    if not text.startswith("/*") or end < 0:
        raise InsightError(
            [
                Fault(
                    where=str(path),
                    expected="a YAML header in a leading /* … */ comment, then one query",
                    found="no leading comment",
                    consequence="the model is unknown to the pipeline",
                    next_step="start the file with /* description: …, owner: … */",
                )
            ]
        )
    return text[2:end], text[end + 2 :].strip().removesuffix(";")


def read(path: Path, header: type[Header]) -> tuple[Header, str]:
    """The validated header and the query of one SQL file."""
    yaml_text, query = split(path)
    where = f"{path} (header)"
    return validate(parse_yaml(yaml_text, where) or {}, header, where), query
