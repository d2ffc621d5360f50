"""Parts of others are taken by their hash alone, whoever hands them out."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.explore import fetch as module
from insight_pipeline.publication.explore.fetch import fetch
from insight_pipeline.publication.explore.pins import Pins, cache_folder, is_whole, load_pins
from insight_pipeline.settings import Settings

WANTED = {"package/dist/engine.wasm": b"\x00asm engine", "package/reader.js": b"read()"}


class Registry:
    """A registry in a folder: one package, with a file nobody asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tarball = folder / "@engines/engine/-/engine-1.2.3.tgz"
        self.publish({**WANTED, "package/../../outside.txt": b"?", "package/more.js": b"more()"})
        self.pins = self._pins()

    @property
    def address(self) -> str:
        return self.folder.as_uri()

    def publish(self, files: dict[str, bytes]) -> None:
        self.tarball.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(self.tarball, "w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))

    def _pins(self, **changes: Any) -> Pins:
        digest = hashlib.sha512(self.tarball.read_bytes()).digest()
        files = [
            {
                "from": name,
                "to": name.rpartition("/")[2],
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in WANTED.items()
        ]
        package = {
            "package": "@engines/engine",
            "version": "1.2.3",
            "licence": "MIT",
            "integrity": f"sha512-{b64encode(digest).decode()}",
            "files": files,
        }
        return Pins.model_validate_json(json.dumps({"packages": [{**package, **changes}]}))

    def repinned(self, **changes: Any) -> Pins:
        """Pins of the tarball as it is now, with files as they were pinned."""
        return self._pins(**changes)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", project=tmp_path)


def refused(home: Settings, pins: Pins, registry: str) -> str:
    with pytest.raises(InsightError) as raised:
        fetch(home, pins, registry)
    cache = home.home / "cache"
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    return str(raised.value)


def test_the_pinned_files_and_nothing_else_are_kept(registry: Registry, home: Settings) -> None:
    folder = fetch(home, registry.pins, registry.address)
    assert folder == cache_folder(home, registry.pins)
    kept = {path.name: path.read_bytes() for path in home.home.rglob("*") if path.is_file()}
    assert kept == {"engine.wasm": b"\x00asm engine", "reader.js": b"read()"}


def test_a_tarball_of_another_hash_is_refused(registry: Registry, home: Settings) -> None:
    registry.publish({**WANTED, "package/reader.js": b"READ()"})
    said = refused(home, registry.pins, registry.address)
    assert "the tarball of 1.2.3, of the hash in publication/explore/pins.json" in said


def test_a_file_of_another_hash_in_a_tarball_of_the_right_one_is_refused(
    registry: Registry, home: Settings
) -> None:
    registry.publish({**WANTED, "package/reader.js": b"READ()"})
    assert "package/reader.js" in refused(home, registry.repinned(), registry.address)


def test_a_tarball_without_a_pinned_file_is_refused(registry: Registry, home: Settings) -> None:
    registry.publish({"package/reader.js": b"read()"})
    said = refused(home, registry.repinned(), registry.address)
    assert "a package with package/dist/engine.wasm" in said


def test_a_registry_that_does_not_answer_is_told_with_what_to_do(
    registry: Registry, home: Settings, tmp_path: Path
) -> None:
    said = refused(home, registry.pins, (tmp_path / "nowhere").as_uri())
    assert "URLError on fetching it" in said
    assert "releases are made without the query page" in said


def test_what_is_whole_is_not_fetched_again_and_what_is_not_is(
    registry: Registry, home: Settings
) -> None:
    folder = fetch(home, registry.pins, registry.address)
    registry.tarball.rename(registry.tarball.with_suffix(".away"))
    assert fetch(home, registry.pins, registry.address) == folder
    (folder / "reader.js").write_bytes(b"READ()")
    assert not is_whole(folder, registry.pins)
    registry.tarball.with_suffix(".away").rename(registry.tarball)
    assert is_whole(fetch(home, registry.pins, registry.address), registry.pins)


def test_other_pins_rest_in_another_folder(registry: Registry, home: Settings) -> None:
    newer = registry.repinned(version="1.2.4")
    assert cache_folder(home, newer) != cache_folder(home, registry.pins)


def test_npm_is_asked_where_no_registry_is_named_and_its_answer_is_checked_alike(
    registry: Registry, home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This npm copies the tarball; it gets the name, and is told to run no scripts."""
    npm = tmp_path / "npm"
    npm.write_text(
        '#!/bin/sh\n[ "$1 $2 $3" = "pack @engines/engine@1.2.3 --ignore-scripts" ] || exit 1\n'
        f'cp {registry.tarball} "$6"\n'
    )
    npm.chmod(0o755)
    monkeypatch.setattr(module.shutil, "which", lambda _: str(npm))
    assert is_whole(fetch(home, registry.pins), registry.pins)


def test_every_pinned_name_stands_once() -> None:
    names = [file.name for file in load_pins().files]
    assert sorted(set(names)) == sorted(names)
