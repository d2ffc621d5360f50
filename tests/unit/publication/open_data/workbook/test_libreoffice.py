"""LibreOffice opens the workbook and finds every cell in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.publication.open_data.workbook.reader import Opened


@pytest.mark.slow
def test_libreoffice_finds_every_cell_of_every_sheet(book: Opened, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("NOT TESTED: no LibreOffice (apt-get install libreoffice-calc-nogui)")
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "out"),
            str(book.path),
        ],
        check=True,
        timeout=120,
        capture_output=True,
    )
    converted = Opened(tmp_path / "out" / book.path.name)
    assert converted.names == book.names
    for sheet in book.names:
        assert _filled(converted, sheet) == _filled(book, sheet)
        assert len(converted.tables(sheet)) == len(book.tables(sheet))


def _filled(book: Opened, sheet: str) -> list[tuple[str | None, ...]]:
    """Every cell that says something, with the empty ones between them."""
    return [tuple(value or None for value in row) for row in book.cells(sheet)]
