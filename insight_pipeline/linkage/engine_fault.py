"""What is said when an engine stops: whether the data or the engine is at fault, and no value.

Belongs here: telling the two apart. Does not belong here: faults that we find ourselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.trouble import damaged_fault, is_damaged

# What DuckDB raises when a file does not hold what its contract or its mapping says.
ABOUT_DATA = (duckdb.BinderException, duckdb.ConversionException, duckdb.InvalidInputException)


@dataclass(frozen=True)
class Work:
    """What was being done (`doing`, a word) and what follows; `expected` of failing data."""

    where: str
    doing: str
    consequence: str
    expected: str
    next_step: str


def engine_fault(error: Exception, work: Work) -> Fault:
    """An engine's message may quote the value it stumbled over: only its kind is passed on."""
    if is_damaged(error):
        return damaged_fault(work.where)
    about_data = isinstance(error, ABOUT_DATA)
    return Fault(
        where=work.where,
        expected=work.expected if about_data else "an engine that can do its work",
        found=f"{type(error).__name__} while {work.doing}",
        consequence=work.consequence + ("" if about_data else "; this says nothing about the data"),
        next_step=work.next_step
        if about_data
        else "see that memory (INSIGHT_MEMORY_LIMIT) and disk are free and run it again; if it "
        "stays so, this is a fault of the pipeline",
    )


LINKING = Work(
    where="linkage",
    doing="linking",
    consequence="the identity store is as it was; no citizen id has changed",
    expected="feeds that can be linked",
    next_step="check the types of the feeds person_evidence, linkage_decision, opt_out and "
    "area_lookup against their internal contracts",
)
LOOKING_BACK = Work(
    where="linkage, looking back",
    doing="measuring",
    consequence="people and ids are as linked; what was measured before stands",
    expected="tables of the identity store that can be measured",
    next_step="run it again; if it stays so, this is a fault of the pipeline",
)
CONVERTING = Work(
    where="the file to link",
    doing="converting",
    consequence="nothing is linked",
    expected="a table whose columns can be read as they are mapped",
    next_step="check the columns named by --map, and --date-format",
)
ENCODING = Work(
    where="the table to encode",
    doing="encoding",
    consequence="nothing is written",
    expected="values that can be cleaned and cut",
    next_step="check the columns named by --map",
)
