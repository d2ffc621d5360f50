"""Backups: what is in them, what they cost, and that damage shows; putting them back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from insight_pipeline.governance.pseudonym import load_key
from insight_pipeline.kernel import faultpoint
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.operations.backup import PARTS, back_up
from insight_pipeline.operations.backup_folder import (
    backup_numbers,
    content_path,
    manifest_path,
    read_manifest,
    verify,
)
from insight_pipeline.operations.restore import refuse_half_restored, restore
from insight_pipeline.settings import Settings

MADE_AGAIN = (
    "accepted/f/current.parquet", "staging/a.parquet", "dagster/history.db", "tmp/spill",
    "inbox/riverside/visits.csv", "published/2026-06-30-def.next/indicators.csv",
)  # fmt: skip


class Killed(BaseException):
    """What a test ends a run with; nothing in the product catches it."""


@contextmanager
def killed_at(effect: int) -> Iterator[None]:
    passed = 0

    def kill(_: str) -> None:
        nonlocal passed
        passed += 1
        if passed == effect:
            raise Killed

    faultpoint.install(kill)
    try:
        yield
    finally:
        faultpoint.install(None)


def write(home: Path, name: str, content: bytes) -> None:
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    (home / name).write_bytes(content)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home with something of everything."""
    folder = tmp_path / "home"
    blob = b"a delivery"
    write(folder, f"landing/blobs/aa/{sha256(blob).hexdigest()}", blob)
    write(folder, "review/riverside/copy.csv", blob)
    write(folder, "journal/entries/00000001.json", b"{}")
    write(folder, "identity.duckdb", b"people")
    write(folder, "published/2026-03-31-abc/indicators.csv", b"figures")
    (folder / "published/latest").symlink_to("2026-03-31-abc")
    (folder / "journal").chmod(0o700)
    for name in MADE_AGAIN:
        write(folder, name, b"made again")
    load_key(folder / "secrets")
    return Settings(home=folder, project=tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def empty_home(home: Settings, tmp_path: Path) -> Settings:
    """Another machine's home, to which the secrets were brought."""
    fresh = Settings(home=tmp_path / "fresh", project=home.project)
    fresh.home.mkdir()
    shutil.copytree(home.secrets, fresh.secrets)
    return fresh


def contents(home: Path) -> dict[str, bytes | str]:
    paths = [path for part in PARTS for path in [home / part, *(home / part).rglob("*")]]
    return {
        path.relative_to(home).as_posix(): str(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        for path in paths
        if path.is_symlink() or path.is_file()
    }


def test_what_is_put_back_is_what_was_backed_up(
    home: Settings, place: Path, tmp_path: Path
) -> None:
    back_up(home, place)
    fresh = empty_home(home, tmp_path)
    restore(fresh, place)
    shutil.rmtree(home.published / "2026-06-30-def.next")
    assert contents(fresh.home) == contents(home.home)
    assert (fresh.home / "journal").stat().st_mode & 0o777 == 0o700
    assert not any((fresh.home / name).exists() for name in MADE_AGAIN)


def test_a_content_is_kept_once_and_what_did_not_change_is_not_copied_again(
    home: Settings, place: Path
) -> None:
    first = back_up(home, place)
    assert (first.copied, len(first.manifest.files)) == (4, 5)
    assert back_up(home, place).copied == 0
    write(home.home, "identity.duckdb", b"other people")
    again = back_up(home, place)
    assert (again.copied, again.copied_bytes) == (1, len(b"other people"))


def test_secrets_are_in_no_backup(home: Settings, place: Path) -> None:
    back_up(home, place)
    key = load_key(home.secrets)
    assert all(key not in path.read_bytes() for path in place.rglob("*") if path.is_file())


def test_older_backups_go_and_what_newer_ones_name_stays(
    home: Settings, place: Path, tmp_path: Path
) -> None:
    for content in (b"one", b"two", b"three"):
        write(home.home, "identity.duckdb", content)
        back_up(home, place, keep=2)
    assert backup_numbers(place) == [2, 3]
    assert not content_path(place, sha256(b"one").hexdigest()).exists()
    fresh = empty_home(home, tmp_path)
    assert restore(fresh, place, 2).number == 2
    assert fresh.identity.read_bytes() == b"two"


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_damage_shows_and_names_the_file(
    home: Settings, place: Path, tmp_path: Path, damage: str
) -> None:
    manifest = back_up(home, place).manifest
    assert not list(verify(place, manifest))
    path = content_path(place, sha256(b"people").hexdigest())
    path.unlink()
    if damage == "altered":
        path.write_bytes(b"nobody")
    (fault,) = verify(place, manifest)
    assert fault.where == "backup 1: identity.duckdb"
    with pytest.raises(InsightError, match=r"identity\.duckdb"):
        restore(empty_home(home, tmp_path), place)


def test_a_damaged_content_is_set_aside_and_the_next_backup_has_it_again(
    home: Settings, place: Path
) -> None:
    content = content_path(place, sha256(b"people").hexdigest())
    manifest = back_up(home, place).manifest
    content.unlink()
    content.write_bytes(b"nobody")
    assert list(verify(place, manifest))
    assert back_up(home, place).copied == 1
    assert not list(verify(place, manifest)), "the older backup is whole again as well"


def test_a_home_whose_disk_is_not_mounted_takes_the_place_of_no_backup(
    home: Settings, place: Path, tmp_path: Path
) -> None:
    write(home.home, "journal/entries/000001.json", b"{}")
    back_up(home, place)
    fresh = empty_home(home, tmp_path)
    with pytest.raises(InsightError, match="mounted"):
        back_up(fresh, place, keep=1)
    assert backup_numbers(place) == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"path": "../escaped.txt"},
        {"path": "/escaped.txt"},
        {"path": "secrets/pseudonym.key"},
        {"mode": 0o4755},
        {"sha256": "../../" + "0" * 58},
    ],
)
def test_a_manifest_that_leads_out_of_the_home_is_refused_before_anything_is_written(
    home: Settings, place: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    back_up(home, place)
    path = manifest_path(place, 1)
    manifest = json.loads(path.read_text())
    manifest["files"][0] |= change
    path.chmod(0o600)
    path.write_text(json.dumps(manifest))
    fresh = empty_home(home, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InsightError):
        restore(fresh, place)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("kind", ["folders", "links"])
def test_folders_and_links_of_a_manifest_stay_in_the_home(
    home: Settings, place: Path, tmp_path: Path, kind: str
) -> None:
    back_up(home, place)
    path = manifest_path(place, 1)
    manifest = json.loads(path.read_text())
    manifest[kind] |= {"../out": 0o700 if kind == "folders" else "identity.duckdb"}
    path.chmod(0o600)
    path.write_text(json.dumps(manifest))
    with pytest.raises(InsightError):
        restore(empty_home(home, tmp_path), place)
    assert not (tmp_path / "out").exists()


def test_nobody_else_can_read_what_a_backup_holds(home: Settings, place: Path) -> None:
    back_up(home, place)
    assert place.stat().st_mode & 0o077 == 0
    assert not [p for p in place.rglob("*") if p.is_file() and p.stat().st_mode & 0o077]


def test_a_delivery_that_rotted_on_disk_takes_no_backup(home: Settings, place: Path) -> None:
    (blob,) = (home.landing / "blobs").glob("*/*")
    blob.write_bytes(b"a delusion")
    with pytest.raises(InsightError, match="landing/blobs"):
        back_up(home, place)
    assert backup_numbers(place) == []


def test_a_home_that_is_not_empty_is_left_alone(home: Settings, place: Path) -> None:
    back_up(home, place)
    before = contents(home.home)
    with pytest.raises(InsightError, match="two homes must not mix"):
        restore(home, place)
    assert contents(home.home) == before


@pytest.mark.parametrize("effect", [4, 12, 30])
def test_a_restore_that_was_killed_leaves_a_home_nobody_works_in_until_it_is_done_again(
    home: Settings, place: Path, tmp_path: Path, effect: int
) -> None:
    back_up(home, place)
    before = contents(home.home)
    write(home.home, "review/later.json", b"{}")
    back_up(home, place)
    fresh = empty_home(home, tmp_path)
    with killed_at(effect), pytest.raises(Killed):
        restore(fresh, place)
    with pytest.raises(InsightError, match="a restore was stopped"):
        refuse_half_restored(fresh)
    write(fresh.home, "inbox/wellpath/new.csv", b"a drop")
    restore(fresh, place, 1)
    refuse_half_restored(fresh)
    after = contents(fresh.home)
    assert (fresh.inbox / "wellpath/new.csv").read_bytes() == b"a drop", "drops of meanwhile stay"
    del before["published/2026-06-30-def.next/indicators.csv"]
    assert after == before, "nothing of the other backup stays"


def test_a_restore_killed_before_it_wrote_anything_is_simply_done_again(
    home: Settings, place: Path, tmp_path: Path
) -> None:
    back_up(home, place)
    fresh = empty_home(home, tmp_path)
    with killed_at(2), pytest.raises(Killed):
        restore(fresh, place)
    refuse_half_restored(fresh)
    assert restore(fresh, place).number == 1


@pytest.mark.parametrize("key", ["none", "another"])
def test_another_key_is_refused_unless_one_says_so(
    home: Settings, place: Path, tmp_path: Path, key: str
) -> None:
    back_up(home, place)
    fresh = Settings(home=tmp_path / "fresh", project=tmp_path)
    fresh.home.mkdir()
    if key == "another":
        load_key(fresh.secrets)
    with pytest.raises(InsightError, match="every pseudonym changes"):
        restore(fresh, place)
    assert restore(fresh, place, new_secrets=True).number == 1


def test_a_folder_without_the_backup_asked_for_says_which_there_are(
    home: Settings, place: Path
) -> None:
    with pytest.raises(InsightError, match="no backup"):
        read_manifest(place)
    back_up(home, place)
    with pytest.raises(InsightError, match="backups 1"):
        read_manifest(place, 7)


def test_a_backup_inside_the_home_is_refused(home: Settings) -> None:
    with pytest.raises(InsightError, match="outside the home"):
        back_up(home, home.home / "backup")


@pytest.mark.parametrize("point", [1, 3, 7, 12, 20, 24])
def test_a_backup_that_was_killed_is_none_and_the_next_one_is_whole(
    home: Settings, place: Path, tmp_path: Path, point: int
) -> None:
    with killed_at(point), pytest.raises(Killed):
        back_up(home, place)
    assert backup_numbers(place) == []
    assert not list(verify(place, back_up(home, place).manifest))
    fresh = empty_home(home, tmp_path)
    restore(fresh, place)
    shutil.rmtree(home.published / "2026-06-30-def.next")
    assert contents(fresh.home) == contents(home.home)


NAMES = st.sampled_from(["landing/a", "landing/b/c", "review/d", "audit/e", "models/f/g"])


@given(st.lists(st.dictionaries(NAMES, st.binary(max_size=3)), min_size=1, max_size=4))
@examples(max_examples=10, deadline=None)
def test_every_backup_brings_back_the_home_of_its_own_day(
    tmp_path_factory: pytest.TempPathFactory, days: list[dict[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("days")
    home = Settings(home=folder / "home", project=folder)
    for files in days:
        shutil.rmtree(home.home, ignore_errors=True)
        home.home.mkdir()
        for name, content in files.items():
            write(home.home, name, content)
        back_up(home, folder / "backup")
    for number, files in enumerate(days, start=1):
        fresh = Settings(home=folder / f"fresh{number}", project=folder)
        fresh.home.mkdir()
        restore(fresh, folder / "backup", number)
        assert contents(fresh.home) == files
