"""A folder kept by `insight link` is told from any other, and is its owner's alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.standalone.home import MARK, open_home


@pytest.mark.parametrize("exists", [True, False])
def test_a_new_and_an_empty_folder_are_marked_and_taken_again(tmp_path: Path, exists: bool) -> None:
    home = tmp_path / "town/people"
    if exists:
        home.mkdir(parents=True)
        home.chmod(0o755)
    open_home(home)
    (home / "identity.duckdb").touch()
    home.chmod(0o755)
    open_home(home)
    assert (home / MARK).is_file()
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "identity.duckdb").write_bytes(b"a nightly's people")
    tmp_path.chmod(0o755)
    with pytest.raises(InsightError, match=MARK):
        open_home(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["identity.duckdb"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755
