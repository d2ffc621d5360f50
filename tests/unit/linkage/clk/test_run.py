"""Which fields may be encoded; the whole way is tested in tests/linkage/test_clk.py."""

from __future__ import annotations

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.clk.run import refuse_uncoded
from insight_pipeline.linkage.clk.scheme import FEATURES, Scheme
from insight_pipeline.linkage.standalone.mapping import ColumnMapping


def test_a_mapped_field_that_no_row_would_hold_is_an_error() -> None:
    scheme = Scheme(FEATURES)
    refuse_uncoded(ColumnMapping({"given_name": (("a",),), "trusted_id.x": (("b",),)}), scheme)
    with pytest.raises(InsightError, match="uprn"):
        refuse_uncoded(ColumnMapping({"given_name": (("a",),), "uprn": (("b",),)}), scheme)
