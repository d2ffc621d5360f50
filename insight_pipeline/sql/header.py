"""The YAML header on top of every SQL file, and the file split into header and query.

Belongs here: what every model's header may say. Does not belong here: what an indicator's header
adds (indicators/header.py), how tests run (checks.py), or what any table means.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import StrictModel, parse_yaml, validate
from insight_pipeline.sql.expression_tables import tables_in
from insight_pipeline.sql.parsing import without_semicolon

VOCABULARY_RELATION = "reference.vocabulary"
KINDS_OF_TEST = (
    "not_null",
    "unique",
    "accepted_values",
    "relationships",
    "expression",
    "freshness",
    "row_count_change",
)
TABLE = r"^\w+\.\w+$"
TABLE_COLUMN = r"^\w+\.\w+\.\w+$"


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


class CheckSeverity(StrEnum):
    """error: nothing downstream is published while the test fails. warn: it is only said."""

    ERROR = "error"
    WARN = "warn"


class AcceptedValues(StrictModel):
    """`column` holds only these values, or codes of this code list; NULL is neither."""

    column: str
    values: tuple[str | int | bool, ...] | None = Field(default=None, min_length=1)
    vocabulary: str | None = None

    @model_validator(mode="after")
    def _one_list(self) -> AcceptedValues:
        if (self.values is None) == (self.vocabulary is None):
            raise ValueError("accepted_values has exactly one of: values, vocabulary")
        return self


class Relationships(StrictModel):
    """Each row's value of `column` (or of `columns` together) stands in `field` of table `to`.

    Left out, `field` is called as the column is. A row with a NULL among its columns points
    nowhere and holds.
    """

    column: str | None = None
    columns: tuple[str, ...] = ()
    to: str = Field(pattern=TABLE)
    field: str | None = None
    fields: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _pairs(self) -> Relationships:
        if (self.column is None) == (not self.columns) or (self.field and self.fields):
            raise ValueError("relationships has either column and field, or columns and fields")
        if len(self.here) != len(self.there):
            raise ValueError("relationships has as many fields as columns")
        return self

    @property
    def here(self) -> tuple[str, ...]:
        """Columns of the model."""
        return self.columns or ((self.column,) if self.column else ())

    @property
    def there(self) -> tuple[str, ...]:
        """Columns of the other table, in the same order."""
        return self.fields or ((self.field,) if self.field else self.here)


class Freshness(StrictModel):
    """The newest `column` is at most `max_days` older than the newest of `against`.

    `against` is `schema.table.column`, the day the data as a whole reach; no clock is read.
    """

    column: str
    max_days: int = Field(ge=0)
    against: str = Field(pattern=TABLE_COLUMN)


class RowCountChange(StrictModel):
    """Rows are at most `max_percent` more or fewer than in the build before this one."""

    max_percent: float = Field(gt=0)


class TableTest(StrictModel):
    """One assertion about a finished table; exactly one key says which, `severity` how grave.

    not_null: columns that are never NULL. unique: columns that together identify a row; NULLs are
    equal to each other there. expression: a SQL predicate that holds for every row (NULL counts
    as holding). The others say of NULL what their own words do.
    """

    not_null: tuple[str, ...] | None = Field(default=None, min_length=1)
    unique: tuple[str, ...] | None = Field(default=None, min_length=1)
    accepted_values: AcceptedValues | None = None
    relationships: Relationships | None = None
    expression: str | None = None
    freshness: Freshness | None = None
    row_count_change: RowCountChange | None = None
    severity: CheckSeverity = CheckSeverity.ERROR

    @model_validator(mode="after")
    def _exactly_one(self) -> TableTest:
        if sum(getattr(self, kind) is not None for kind in KINDS_OF_TEST) != 1:
            raise ValueError(f"a test has exactly one of: {', '.join(KINDS_OF_TEST)}")
        return self

    @property
    def against(self) -> tuple[str, ...]:
        """Relations the test looks at besides its own table."""
        if self.accepted_values and self.accepted_values.vocabulary:
            return (VOCABULARY_RELATION,)
        if self.relationships:
            return (self.relationships.to,)
        if self.expression is not None:
            return tables_in(self.expression)
        return (self.freshness.against.rpartition(".")[0],) if self.freshness else ()


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
    return validate(parse_yaml(yaml_text, where) or {}, header, where), query
