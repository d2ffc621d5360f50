"""Every format a contract may promise has a reader."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from insight_pipeline.landing.readers.choose import READERS, read
from insight_pipeline.landing.reading import ReaderOptions


def test_every_promised_format_has_a_reader_and_no_other() -> None:
    promised = get_args(ReaderOptions.model_fields["format"].annotation)
    assert set(READERS) == set(promised)


def test_the_declared_format_counts_and_not_the_file_name(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text('{"Ref": "1"}\n')
    found = read(path, ReaderOptions(format="ndjson"))
    assert found.rows.rows() == [(1, "1")]
