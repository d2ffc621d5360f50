"""Gets the files of others that the query page needs, once; the only code that asks a network.

Belongs here: the tarballs, their hashes, and unpacking what pins.json names. Does not belong here:
using the files (step.py). `insight explore` runs it by hand; no night does, and a release made
without these files is whole but for one page.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from insight_pipeline.kernel.atomic import new_directory, remove_folder
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import CHUNK_BYTES, file_sha256
from insight_pipeline.publication.explore.pins import (
    File,
    Package,
    Pins,
    cache_folder,
    is_whole,
)
from insight_pipeline.settings import Settings

REGISTRY = "https://registry.npmjs.org"
_SECONDS = 60


def fetch(settings: Settings, pins: Pins, registry: str | None = None) -> Path:
    """The folder with every file of `pins`; nothing is fetched where it is whole already.

    registry: address of an npm registry. Without one, npm is asked, which knows the registry and
    the proxy of this machine; where there is no npm, the public registry. An InsightError where a
    tarball cannot be had or is not the pinned one; then nothing is kept.
    """
    folder = cache_folder(settings, pins)
    if is_whole(folder, pins):
        return folder
    remove_folder(folder)
    with new_directory(folder) as work, TemporaryDirectory() as temporary:
        for package in pins.packages:
            tarball = _download(package, registry, Path(temporary))
            _check_integrity(package, tarball)
            _unpack(package, tarball, work)
    return folder


def _download(package: Package, registry: str | None, folder: Path) -> Path:
    npm = shutil.which("npm")
    try:
        if registry is None and npm is not None:
            return _packed(npm, package, folder)
        return _loaded(package, registry or REGISTRY, folder)
    except (OSError, ValueError, subprocess.SubprocessError, IndexError) as error:
        raise InsightError([_not_had(package, type(error).__name__)]) from None


def _packed(npm: str, package: Package, folder: Path) -> Path:
    """The tarball as npm gets it; no script of the package is run."""
    target = folder / package.package.replace("/", "-")
    target.mkdir()
    name = f"{package.package}@{package.version}"
    subprocess.run(  # noqa: S603 (npm, with names from pins.json)
        [npm, "pack", name, "--ignore-scripts", "--silent", "--pack-destination", str(target)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return sorted(target.glob("*.tgz"))[0]


def _loaded(package: Package, registry: str, folder: Path) -> Path:
    target = folder / package.tarball
    address = f"{registry.rstrip('/')}/{package.package}/-/{package.tarball}"
    with urlopen(address, timeout=_SECONDS) as answer, target.open("wb") as file:  # noqa: S310 (an address somebody typed, or the constant above)
        shutil.copyfileobj(answer, file, CHUNK_BYTES)
    return target


def _check_integrity(package: Package, tarball: Path) -> None:
    with tarball.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha512").digest()
    if package.integrity != f"sha512-{b64encode(digest).decode()}":
        raise InsightError([_not_the_same(package, f"the tarball of {package.version}")])


def _unpack(package: Package, tarball: Path, folder: Path) -> None:
    """Write the files that are pinned, under our names, and nothing else."""
    with tarfile.open(tarball, "r:gz") as archive:
        for file in package.files:
            _write(package, file, archive, folder / file.name)


def _write(package: Package, file: File, archive: tarfile.TarFile, path: Path) -> None:
    try:
        stream = archive.extractfile(file.member)
    except KeyError:
        stream = None
    if stream is None:
        raise InsightError([_not_the_same(package, f"a package with {file.member}")])
    with stream, path.open("wb") as target:
        shutil.copyfileobj(stream, target, CHUNK_BYTES)
    if path.stat().st_size != file.size_bytes or file_sha256(path) != file.sha256:
        raise InsightError([_not_the_same(package, file.member)])


def _not_had(package: Package, kind: str) -> Fault:
    return Fault(
        where=f"query page: {package.package} {package.version}",
        expected="its tarball from the npm registry",
        found=f"{kind} on fetching it",
        consequence="nothing is kept; releases are made without the query page",
        next_step="check the network, or `npm config get registry`; then `make explore` again",
    )


def _not_the_same(package: Package, what: str) -> Fault:
    return Fault(
        where=f"query page: {package.package} {package.version}",
        expected=f"{what}, of the hash in publication/explore/pins.json",
        found="another one",
        consequence="nothing is kept; releases are made without the query page",
        next_step="fetch again; if it stays so, do not use it, and ask who runs the registry",
    )
