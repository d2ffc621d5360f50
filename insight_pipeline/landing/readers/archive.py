"""Zip files, known by their content: which members hold data, unpacked within limits.

Belongs here: members to files of our own naming. Does not belong here: what they hold. A member's
own name is only ever compared, never used as a path.
"""

from __future__ import annotations

import errno
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO

from insight_pipeline.landing.reading import ReaderOptions, UnreadableError

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
ENCRYPTED = 0x1
MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 4 << 30
# Text packs to a tenth, machine-made text to a hundredth; a thousandth is only ever a bomb.
MAX_RATIO = 250
SMALL_BYTES = 64 << 20
BLOCK_BYTES = 1 << 20
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    ValueError,
    EOFError,
    RuntimeError,  # a password, or a way of packing that nobody here knows
)
# How an OSError looks that a file's own content caused: a place to seek that does not exist, or
# a decoder's complaint. All others are the machine's: a full disk, a bad one, no more handles.
OF_THE_FILE = {None, errno.EINVAL}


@contextmanager
def damage_as(broken: UnreadableError) -> Iterator[None]:
    """What a damaged file does to its reader, as `broken`; our own failures pass through.

    Only ever around reading: what fails while we write is nobody's damaged file.
    """
    try:
        yield
    except BROKEN_ZIP:
        raise broken from None
    except OSError as error:
        if error.errno not in OF_THE_FILE:
            raise
        raise broken from None


def is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in MAGIC


def is_workbook(path: Path, when_broken: bool = True) -> bool:
    """Whether a zip is a workbook of its own rather than a parcel of files."""
    try:
        with _opened(path) as archive:
            return any(name.lower() == "[content_types].xml" for name in archive.namelist())
    except UnreadableError:
        return when_broken  # whoever reads it will say what is wrong


def check_size(path: Path) -> None:
    """Refuse a zip that would unpack to more than anyone sends."""
    try:
        with _opened(path) as archive:
            members = archive.infolist()
    except UnreadableError:
        return  # whoever unpacks it will say what is wrong
    unpacked = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    swollen = unpacked > SMALL_BYTES and unpacked / packed > MAX_RATIO
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or swollen:
        raise UnreadableError("exceeds_limits")


def unpack(path: Path, options: ReaderOptions, folder: Path) -> list[Path]:
    """The members a contract asks for, in the order of their names, as files in `folder`."""
    check_size(path)
    with _opened(path) as archive:
        members = _chosen(archive.infolist(), options.member)
        return [
            _unpacked(archive, member, folder / f"member-{number}")
            for number, member in enumerate(members, start=1)
        ]


def _opened(path: Path) -> zipfile.ZipFile:
    with damage_as(UnreadableError("broken_zip")):
        return zipfile.ZipFile(path)


def _chosen(members: list[zipfile.ZipInfo], pattern: str | None) -> list[zipfile.ZipInfo]:
    files = [member for member in members if not member.is_dir() and not _is_litter(member)]
    if pattern is None:
        if len(files) > 1:
            raise UnreadableError("several_members")
        chosen = files
    else:
        chosen = [member for member in files if _matches(member.filename, pattern)]
    if not chosen:
        raise UnreadableError("missing_member")
    if any(_climbs(member) for member in chosen):
        raise UnreadableError("unsafe_member")
    if any(member.flag_bits & ENCRYPTED for member in chosen):
        raise UnreadableError("encrypted_zip")
    return sorted(chosen, key=lambda member: (member.filename, member.header_offset))


def _is_litter(member: zipfile.ZipInfo) -> bool:
    """What systems add to a zip unasked."""
    path = PurePosixPath(member.filename)
    return "__MACOSX" in path.parts or path.name in {".DS_Store", "Thumbs.db", "desktop.ini"}


def _climbs(member: zipfile.ZipInfo) -> bool:
    """Whether a member would land outside the folder it is unpacked in: nobody's export does."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or fnmatchcase(PurePosixPath(name).name, pattern)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> Path:
    left = member.file_size
    with damage_as(UnreadableError("broken_zip")):
        packed = archive.open(member)
    with packed, target.open("wb") as unpacked:
        while block := _block(packed):
            left -= len(block)
            if left < 0:  # more than it says it holds
                raise UnreadableError("exceeds_limits")
            unpacked.write(block)
    return target


def _block(packed: IO[bytes]) -> bytes:
    with damage_as(UnreadableError("broken_zip")):
        return packed.read(BLOCK_BYTES)
