"""Zips: known by content, unpacked within limits, never by the names they give their members."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from insight_pipeline.landing.readers import archive
from insight_pipeline.landing.readers.choose import read
from insight_pipeline.landing.readers.sheet_marks import marks_of
from insight_pipeline.landing.reading import (
    ROWS_OF_A_PART,
    ReaderOptions,
    Reading,
    UnreadableError,
)

CSV = b"a,b\n1,x\n"


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return data.getvalue()


def reading(folder: Path, data: bytes, **options: Any) -> Reading:
    path = folder / "a.csv"
    path.write_bytes(data)
    return read(path, ReaderOptions.model_validate({"format": "csv", **options}))


def refusal(folder: Path, data: bytes, **options: Any) -> str:
    with pytest.raises(UnreadableError) as caught:
        reading(folder, data, **options)
    return caught.value.code


def test_a_zip_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    found = reading(tmp_path, packed({"visits.csv": CSV}))
    assert found.rows.rows() == [(2, "1", "x")]


def test_what_a_system_adds_to_a_zip_is_no_member(tmp_path: Path) -> None:
    members = {"d/": b"", "__MACOSX/._visits.csv": b"\x00", "d/.DS_Store": b"", "d/visits.csv": CSV}
    assert reading(tmp_path, packed(members)).received == 1


def test_several_members_need_a_pattern_to_be_one_delivery(tmp_path: Path) -> None:
    data = packed({"d/b.csv": b"b,a,c\ny,2,z\nbad\n", "d/a.csv": CSV, "readme.txt": b"hello"})
    assert refusal(tmp_path, data) == "several_members"
    found = reading(tmp_path, data, member="*.csv")
    assert found.columns == ("a", "b", "c")
    assert found.rows.rows() == [(2, "1", "x", None), (ROWS_OF_A_PART + 2, "2", "y", "z")]
    assert found.rejects.rows() == [(ROWS_OF_A_PART + 3, "wrong_field_count")]
    assert found.notes == ("parts:2", "columns_of_parts_differ")
    lines = found.lines
    assert (lines.physical, lines.header) == (5, 2)


def test_a_pattern_that_nothing_matches_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path, packed({"a.csv": CSV}), member="*.txt") == "missing_member"
    assert refusal(tmp_path, packed({})) == "missing_member"


def test_a_member_whose_name_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    for name in ("../evil.csv", str(tmp_path / "evil.csv"), "d/..\\..\\evil.csv"):
        assert refusal(tmp_path, packed({name: CSV})) == "unsafe_member"
    assert [path.name for path in tmp_path.rglob("*")] == ["a.csv"]


def test_a_member_is_never_written_under_its_own_name(tmp_path: Path) -> None:
    for name in ("C:\\evil.csv", "~/evil.csv", "CON", "a\nb.csv", "x" * 300):
        assert reading(tmp_path, packed({name: CSV})).received == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["a.csv"]


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    assert refusal(tmp_path, packed({"a.zip": packed({"a.csv": CSV})})) == "nested_zip"


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    data = bytearray(packed({"a.csv": CSV}))
    data[6] |= 1  # the flag of the member, and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(tmp_path, bytes(data)) == "encrypted_zip"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    data = packed({"a.csv": bytes(80 << 20)})
    assert len(data) < 1 << 20
    assert refusal(tmp_path, data) == "exceeds_limits"


def test_a_member_that_lies_about_its_size_is_not_unpacked_further(tmp_path: Path) -> None:
    data = bytearray(packed({"a.csv": b"a\n" * 5000}))
    central = data.index(b"PK\x01\x02")
    data[22:26] = data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    assert refusal(tmp_path, bytes(data)) in {"exceeds_limits", "broken_zip"}


def test_too_many_members_are_not_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    data = packed({f"{n}.csv": CSV for n in range(3)})
    assert refusal(tmp_path, data, member="*.csv") == "exceeds_limits"


@pytest.mark.parametrize("place", [-30, 40, 0.5])
def test_a_damaged_zip_is_broken(tmp_path: Path, place: float) -> None:
    data = bytearray(packed({"a.csv": CSV * 100}))
    spot = int(len(data) * place) if isinstance(place, float) else int(place)
    data[spot] ^= 0xFF
    try:
        found = reading(tmp_path, bytes(data))
    except UnreadableError as error:
        assert error.code in {"broken_zip", "missing_member", "encrypted_zip", "exceeds_limits"}
    else:
        assert found.received == 199
    assert refusal(tmp_path, packed({"a.csv": CSV})[:40]) == "broken_zip"


def test_a_workbook_is_a_zip_of_its_own_and_may_lie_in_another(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["a", "b"])
        page.write_row(1, 0, ["1", "x"])
    for data in (path.read_bytes(), packed({"book.xlsx": path.read_bytes()})):
        assert reading(tmp_path, data, format="xlsx").rows.rows() == [(2, "1", "x")]


@pytest.mark.parametrize(
    ("form", "content"), [("ndjson", b'{"a": "1"}'), ("json", b'[{"a": "1"}]')]
)
def test_every_format_may_come_in_a_zip(tmp_path: Path, form: str, content: bytes) -> None:
    assert reading(tmp_path, packed({"x": content}), format=form).rows.rows() == [(1, "1")]


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.ENOMEM, errno.EFBIG, errno.EIO, errno.EMFILE]
)
def test_a_failure_of_the_machine_is_no_broken_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    data = packed({"a.csv": CSV})
    opened: Callable[..., Any] = Path.open

    class Full(io.BytesIO):
        def write(self, block: object) -> int:
            raise OSError(number, os.strerror(number))

    def open_or_fail(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        return Full() if mode == "wb" else opened(path, mode, *rest, **more)

    path = tmp_path / "a.csv"
    path.write_bytes(data)
    monkeypatch.setattr(Path, "open", open_or_fail)
    with pytest.raises(OSError) as caught:
        read(path, ReaderOptions(format="csv"))
    assert caught.value.errno == number


def test_a_zip_that_the_machine_cannot_open_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(zipfile, "ZipFile", fails)
    path = tmp_path / "a"
    path.write_bytes(b"PK\x03\x04")
    for work in (
        lambda: archive.is_workbook(path),
        lambda: archive.check_size(path),
        lambda: marks_of(path, "First"),
    ):
        with pytest.raises(OSError):
            work()
