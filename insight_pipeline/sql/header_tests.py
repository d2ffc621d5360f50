"""What a header may promise about its table: one test each, and what each looks at.

Belongs here: the shape of tests in headers, of models and of seeds. Does not belong here: the rest
of a header (header.py), what tests are called (check_names.py), or how they run (checks.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pydantic import Field, model_validator
from sqlglot.errors import TokenError

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.sql.expression_tables import tables_in
from insight_pipeline.sql.parsing import not_repeatable, unsteady_words

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


def unsteady_tests(tests: Iterable[TableTest], where: str) -> Iterator[Fault]:
    """A fault for every predicate that may hold of the same rows one day and not the next.

    `where` names the header. A text that cannot be cut into words is told by the dry run.
    """
    for place, test in enumerate(tests):
        try:
            words = sorted(set(unsteady_words(test.expression or "")))
        except TokenError:
            continue
        yield from (not_repeatable(f"{where}: tests.{place}.expression", word) for word in words)
