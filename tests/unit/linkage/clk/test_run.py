"""Which fields may be encoded; the whole way is tested in tests/linkage/test_clk.py."""

from __future__ import annotations

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.clk.run import scheme_for
from insight_pipeline.linkage.standalone.mapping import ColumnMapping


def mapping(*fields: str) -> ColumnMapping:
    return ColumnMapping({field: (("a column",),) for field in fields})


def test_a_mapped_field_that_no_row_would_hold_is_an_error() -> None:
    with pytest.raises(InsightError, match="uprn"):
        scheme_for(mapping("given_name", "uprn"), 0)


def test_tables_that_map_different_fields_or_issuers_have_different_schemes() -> None:
    maps = [
        ("given_name",),
        ("given_name", "phone"),
        ("given_name", "trusted_id.nhs_number"),
        ("given_name", "trusted_id.nino"),
    ]
    assert len({scheme_for(mapping(*fields), 0).fingerprint for fields in maps}) == len(maps)
    assert scheme_for(mapping("phone", "given_name", "provider_id"), 0) == scheme_for(
        mapping("given_name", "phone"), 0
    )
