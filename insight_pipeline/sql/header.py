"""The YAML header on top of every SQL file, and the file split into header and query.

Belongs here: what every model's header may say. Does not belong here: its tests (header_tests.py),
what an indicator's header adds (indicators/header.py), or what any table means.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationInfo, field_validator

from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.kernel.strict import StrictModel, parse_yaml, validate
from insight_pipeline.sql.header_tests import TableTest, unsteady_tests
from insight_pipeline.sql.parsing import without_semicolon


class Materialised(StrEnum):
    """How a model stands in the database.

    table: made anew when anything it depends on changed. view: a query that runs when it is read.
    incremental: only rows of changed keys are made again. snapshot: every version of every key.
    """

    TABLE = "table"
    VIEW = "view"
    INCREMENTAL = "incremental"
    SNAPSHOT = "snapshot"


# What a snapshot's table has besides the columns of its query.
VERSION_COLUMNS = {"valid_from": "DATE", "valid_to": "DATE", "is_current": "BOOLEAN"}
# Which of them have the header key, and none but they.
NEEDS = {
    "key": (Materialised.INCREMENTAL, Materialised.SNAPSHOT),
    "track": (Materialised.SNAPSHOT,),
}


class ModelHeader(StrictModel):
    """What every model says about itself; Dagster and the catalogue describe it from here.

    key: columns that say which rows an incremental model makes again, or what a snapshot follows
    through time. track: columns whose change begins a new version in a snapshot.
    """

    description: str
    owner: str
    grain: str = ""
    feeds: tuple[str, ...] = ()
    materialised: Materialised = Materialised.TABLE
    key: tuple[str, ...] = Field(default=(), validate_default=True)
    track: tuple[str, ...] = Field(default=(), validate_default=True)
    columns: dict[str, str] = Field(default_factory=dict)
    tests: tuple[TableTest, ...] = ()

    @field_validator("key", "track")
    @classmethod
    def _fits_how_it_stands(cls, given: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """A key belongs to incremental models and snapshots, track to snapshots."""
        stands, name = info.data.get("materialised"), info.field_name
        if stands is not None and (stands in NEEDS[name or ""]) != bool(given):
            raise ValueError(
                f"materialised: {stands} has no {name}, take it out"
                if given
                else f"materialised: {stands} needs {name}: [columns]"
            )
        named = [column.lower() for column in (*given, *info.data.get("key", ()))]
        if len(set(named)) != len(named):
            raise ValueError("a column stands more than once in key and track")
        return given

    @field_validator("tests")
    @classmethod
    def _each_once(cls, tests: tuple[TableTest, ...]) -> tuple[TableTest, ...]:
        if len({test.model_dump_json() for test in tests}) != len(tests):
            raise ValueError("a test stands more than once")
        return tests


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
    return text[2:end], without_semicolon(text[end + 2 :].strip())


def read(path: Path, header: type[Header]) -> tuple[Header, str]:
    """The validated header and the query of one SQL file."""
    yaml_text, query = split(path)
    where = f"{path} (header)"
    found = validate(parse_yaml(yaml_text, where) or {}, header, where)
    raise_all(unsteady_tests(found.tests, where))
    return found, query
