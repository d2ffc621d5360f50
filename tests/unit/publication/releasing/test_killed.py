"""A run killed at any step of publishing: `latest` is a complete release, and a rerun mends all."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.publication.releasing.checksums import CHECKSUMS, wrong_checksums
from tests.unit.publication.releasing.publishing import RELEASING, Warehouse, save

RELEASE, BUILDING = "insight_pipeline.publication.release", f"{RELEASING}.building"
# Every step in its order, by the function after which the process dies.
STEPS = [
    (f"{RELEASE}.remove_remains", "2"),
    (f"{RELEASE}.disclose", "1"),
    (f"{RELEASE}.export_public", "1"),
    (f"{RELEASE}.export_history", "1"),
    (f"{BUILDING}._copy_files", "1"),
    (f"{BUILDING}.build_database", "1"),
    (f"{BUILDING}.write_open_data", "1"),
    (f"{BUILDING}.write_site", "1"),
    (f"{BUILDING}.write_explore", "1"),
    (f"{BUILDING}._describe", "1"),
    (f"{BUILDING}.write_checksums", "1"),
    (f"{BUILDING}.read_again", "1"),
    (f"{BUILDING}.scan_release", "1"),
    ("os.fsync", "1"),
    ("os.fsync", "12"),
    ("os.rename", "1"),  # the folder into place
    (f"{RELEASE}.find_place", "1"),
    ("os.symlink", "1"),
    ("os.replace", "1"),  # `latest`
    ("os.replace", "2"),  # latest.json
    (f"{RELEASING}.placing.point_latest", "1"),
    (f"{RELEASING}.placing.drop_previews", "1"),
]
FAST = {f"{BUILDING}.build_database", "os.rename", "os.symlink"}
# Files whose bytes are the same whoever writes them; the others are held against SHA256SUMS.
EXACT = (".csv", ".parquet", ".json", ".html")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Filled by the first test of this module: homes and files that the others start from."""
    return {"folder": tmp_path_factory.mktemp("killed")}


@pytest.fixture
def prepared(
    undisturbed: dict[str, Path],
    connection: duckdb.DuckDBPyConnection,
    headers: dict[str, IndicatorHeader],
    plant: Callable[..., None],
) -> tuple[Warehouse, Path, Path]:
    """A warehouse to publish, a home with the release before, and one undisturbed run's home."""
    folder = undisturbed["folder"]
    before, after = folder / "before", folder / "after"
    warehouse = Warehouse(folder / "warehouse.duckdb", folder / "headers.json")
    if not after.exists():
        plant("total", "all", 40, 100)
        assert save(connection, headers, folder).publish(before) == 0
        connection.execute("update indicators.figure set numerator = 60")
        save(connection, headers, folder)
        shutil.copytree(before, after, symlinks=True)
        assert warehouse.publish(after) == 0
    return warehouse, before, after


@pytest.mark.parametrize(
    ("function", "call"),
    [
        pytest.param(*step, marks=() if step[0] in FAST else pytest.mark.slow, id=":".join(step))
        for step in STEPS
    ],
)
def test_after_a_kill_latest_is_complete_and_a_rerun_ends_like_an_undisturbed_run(
    prepared: tuple[Warehouse, Path, Path], tmp_path: Path, function: str, call: str
) -> None:
    warehouse, before, after = prepared
    home = tmp_path / "home"
    shutil.copytree(before, home, symlinks=True)

    assert warehouse.publish(home, function, call) == -signal.SIGKILL
    latest = (home / "published" / "latest").resolve()
    assert latest.is_dir() and latest.parent == home / "published"
    for folder in releases(home):
        assert list(wrong_checksums(folder)) == [], "whatever stands there is whole"

    assert warehouse.publish(home) == 0
    assert content(home) == content(after)
    for folder in releases(home):
        assert list(wrong_checksums(folder)) == []


def test_the_undisturbed_run_made_a_second_release(prepared: tuple[Warehouse, Path, Path]) -> None:
    _, before, after = prepared
    assert len(releases(before)) == 1
    assert len(releases(after)) == 2
    assert (after / "published" / "latest").resolve() not in releases(before)
    names = {path.name for path in (after / "published").iterdir()}
    assert {"latest", "latest.json"} < names
    assert CHECKSUMS in {path.name for path in releases(after)[0].iterdir()}


def releases(home: Path) -> list[Path]:
    """Everything that bears the name of a release."""
    return sorted(
        path
        for path in (home / "published").iterdir()
        if path.is_dir() and not path.is_symlink() and not path.suffix
    )


def content(home: Path) -> dict[str, object]:
    """What is in `published/`: names, where links point, bytes of the files that must be equal."""
    published = home / "published"
    return {
        path.relative_to(published).as_posix(): path.readlink()
        if path.is_symlink()
        else path.read_bytes()
        if path.suffix in EXACT
        else None
        for path in sorted(published.rglob("*"))
    }
