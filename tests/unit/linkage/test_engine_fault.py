"""An engine that stops: its own failure is never told as one of the data, and nothing is quoted."""

from __future__ import annotations

import duckdb
import pytest

from insight_pipeline.linkage.engine_fault import (
    CONVERTING,
    ENCODING,
    LINKING,
    LOOKING_BACK,
    Work,
    engine_fault,
)
from insight_pipeline.linkage.pairs.splink_engine import EngineError

WORKS = (LINKING, LOOKING_BACK, CONVERTING, ENCODING)


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize(
    "error",
    [duckdb.OutOfMemoryException("x"), duckdb.IOException("x"), EngineError("InternalException")],
)
def test_memory_disk_and_bugs_say_nothing_about_the_data(work: Work, error: Exception) -> None:
    fault = engine_fault(error, work)
    assert "says nothing about the data" in fault.consequence
    assert fault.expected != work.expected and fault.next_step != work.next_step


@pytest.mark.parametrize("work", WORKS)
def test_a_value_of_a_wrong_type_is_the_datas_fault_and_is_not_quoted(work: Work) -> None:
    fault = engine_fault(duckdb.ConversionException("could not read 'Zzyzx'"), work)
    assert (fault.expected, fault.next_step) == (work.expected, work.next_step)
    assert "ConversionException" in fault.found and "Zzyzx" not in str(fault)
