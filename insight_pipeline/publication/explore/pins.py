"""Which files of others the query page needs, and by which hash each is known.

Belongs here: reading pins.json, and where its files stand in a release and on this machine. Does
not belong here: getting them (fetch.py), or using them (step.py). They are 35 MB that a few hundred
lines of ours call, so they are neither in the repository nor in the wheel.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pydantic import Field

from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.settings import Settings

PINS = Path(__file__).with_name("pins.json")
EXPLORE = "site/explore"
VENDOR = f"{EXPLORE}/vendor"
# Enough of a hash to tell one set of pins from every other.
_KEY_LENGTH = 16


class File(StrictModel):
    """A file of a package: its name inside the tarball, ours, its size in bytes and its hash."""

    member: str = Field(alias="from")
    name: str = Field(alias="to", pattern=r"^[a-z][a-z0-9.-]*$")
    size_bytes: int = Field(alias="bytes", gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Package(StrictModel):
    """A package of the npm registry; `integrity` is of its tarball, as package locks write it."""

    package: str
    version: str
    licence: str
    integrity: str = Field(pattern=r"^sha512-[A-Za-z0-9+/]{86}==$")
    files: tuple[File, ...]

    @property
    def tarball(self) -> str:
        """Name of its tarball in every registry."""
        return f"{self.package.rpartition('/')[2]}-{self.version}.tgz"


class Pins(StrictModel):
    packages: tuple[Package, ...]

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(file for package in self.packages for file in package.files)


@lru_cache(maxsize=1)
def load_pins() -> Pins:
    """pins.json, which comes with the program."""
    return load_json(PINS, Pins)


@lru_cache(maxsize=1)
def pinned_files() -> Mapping[str, str]:
    """Path inside a release → SHA-256 of the only file that may stand there."""
    return MappingProxyType({f"{VENDOR}/{file.name}": file.sha256 for file in load_pins().files})


def cache_folder(settings: Settings, pins: Pins) -> Path:
    """Where fetched files rest: in the home, as all that an installation keeps.

    Other pins are another folder, so files of an older version are never taken for the new ones.
    """
    key = fingerprint(pins.model_dump(mode="json"))[:_KEY_LENGTH]
    return settings.home / "cache" / "explore" / key


def is_available(settings: Settings) -> bool:
    """Whether all files were fetched and are the pinned ones; then releases get the query page."""
    return is_whole(cache_folder(settings, load_pins()), load_pins())


def is_whole(folder: Path, pins: Pins) -> bool:
    """Whether a folder holds every file of `pins` with its hash."""
    return all(
        (folder / file.name).is_file() and file_sha256(folder / file.name) == file.sha256
        for file in pins.files
    )
