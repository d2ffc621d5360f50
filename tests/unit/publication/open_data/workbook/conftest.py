"""The workbook of the release, opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.publication.open_data.workbook.reader import Opened


@pytest.fixture
def book(release: Path) -> Opened:
    return Opened(release / "indicators.xlsx")
