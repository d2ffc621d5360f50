"""What a header may not say where its file stands: faults that need more than the header itself.

Belongs here: headers held against other files. Does not belong here: the shape of a header
(header.py), or columns (dry_run.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from insight_pipeline.kernel.errors import Fault, nearest
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.header_tests import TableTest
from insight_pipeline.sql.model import Model


def unknown_code_lists(models: Iterable[Model], known: Collection[str]) -> Iterator[Fault]:
    """A fault for every test against a code list that is not there."""
    for model in models:
        for test in model.header.tests:
            name = test.accepted_values.vocabulary if test.accepted_values else None
            if name and name not in known:
                yield Fault(
                    where=f"{model.path} (header): tests",
                    expected=f"a file vocabularies/{name}.csv",
                    found="no such code list",
                    consequence="the test could never run",
                    next_step=nearest(name, known),
                )


def more_than_a_file(models: Iterable[Model]) -> Iterator[Fault]:
    """Faults of models that become a file each, apart from every other table and every night."""
    for model in models:
        if model.header.materialised is not Materialised.TABLE:
            found = f"materialised: {model.header.materialised}"
            yield _not_here(model, found, "take it out: every night makes the whole file")
        for test in model.header.tests:
            if not _is_of_its_own_rows(test):
                kind = "row_count_change" if test.row_count_change else "a look at another table"
                yield _not_here(model, f"a test that needs more: {kind}", "test it in core")


def _is_of_its_own_rows(test: TableTest) -> bool:
    return not test.against and test.row_count_change is None


def _not_here(model: Model, found: str, next_step: str) -> Fault:
    return Fault(
        where=f"{model.path} (header)",
        expected="a file made from one delivery's rows, and tests of those rows",
        found=found,
        consequence="it could not be kept",
        next_step=next_step,
    )
