"""Arrival: the bytes are kept unchanged, the inbox is never edited, one bad drop stops no other."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.landing import reception
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.landing.receipt import read_receipts
from insight_pipeline.landing.reception import (
    Reception,
    blob_path,
    receive,
)
from insight_pipeline.landing.watching import Memory, look

DATA = b"Ref;Name\n1;Zo\xeb\n"
STEM = "activelife__visits"


class Place:
    """An inbox and a landing folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbox = root / "home" / "inbox"
        self.landing = root / "home" / "landing"
        self.inbox.mkdir(parents=True)

    def drop(
        self, name: str, data: bytes | None = DATA, folder: str = "activelife", **changed: Any
    ) -> Path:
        """A file and its manifest; returns the manifest's path."""
        path = self.inbox / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if data is not None:
            path.write_bytes(data)
        declared = {
            "provider": "activelife",
            "dataset": "visits",
            "contract_version": "1.0.0",
            "period_from": "2025-01-01",
            "period_to": "2025-03-31",
            "submitted_at": "2025-04-07T09:00:00Z",
            "file": path.name,
            **changed,
        }
        manifest = path.with_name(path.name + MANIFEST_SUFFIX)
        manifest.write_text(json.dumps(declared))
        return manifest

    def receive(self) -> Reception:
        return receive(self.inbox, self.landing)

    @property
    def has_news(self) -> bool:
        """Whether a look now finds what was not received."""
        return look(self.inbox, self.landing, (), Memory(), settle_looks=1).is_time


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def tree(folder: Path) -> dict[str, Any]:
    """Every path below a folder with its type, content and time of change."""
    return {
        path.relative_to(folder).as_posix(): (
            os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes(),
            path.lstat().st_mtime_ns,
            path.lstat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
    }


def test_a_drop_becomes_a_receipt_and_an_unchanged_copy(place: Place) -> None:
    place.drop("visits.csv", rows=1)
    (new,) = place.receive().new
    assert new.sha256 == hashlib.sha256(DATA).hexdigest()
    assert new.size_bytes == len(DATA)
    assert new.manifest.rows == 1
    assert blob_path(place.landing, new.sha256).read_bytes() == DATA
    assert read_receipts(place.landing, STEM) == (new,)


def test_a_drop_may_lie_as_deep_as_the_provider_likes(place: Place) -> None:
    place.drop("visits.csv", folder="activelife/2025/q1")
    assert len(place.receive().new) == 1


def test_the_copy_cannot_be_written_to(place: Place) -> None:
    place.drop("visits.csv")
    (new,) = place.receive().new
    assert not blob_path(place.landing, new.sha256).stat().st_mode & 0o222


@pytest.mark.parametrize("damaged", [b"", DATA[:-1], DATA.replace(b"1", b"2"), DATA + DATA])
def test_bytes_that_changed_in_landing_are_healed_when_they_are_sent_again(
    place: Place, damaged: bytes
) -> None:
    place.drop("visits.csv")
    (new,) = place.receive().new
    blob = blob_path(place.landing, new.sha256)
    blob.chmod(0o640)
    blob.write_bytes(damaged)
    place.drop("again.csv")
    found = place.receive()
    assert (found.new, found.repeated, found.faults) == ((), 2, ())
    assert blob.read_bytes() == DATA
    assert not blob.stat().st_mode & 0o222


def test_bytes_kept_whole_are_not_copied_again(place: Place) -> None:
    place.drop("visits.csv")
    (new,) = place.receive().new
    inode = blob_path(place.landing, new.sha256).stat().st_ino
    place.drop("again.csv")
    place.receive()
    assert blob_path(place.landing, new.sha256).stat().st_ino == inode


def test_the_inbox_is_never_changed(place: Place) -> None:
    place.drop("good.csv")
    place.drop("absent.csv", data=None, dataset="members")
    place.drop("other.csv", provider="homestead")
    (place.inbox / "activelife" / "waiting.csv").write_bytes(DATA)
    before = tree(place.inbox)
    place.receive()
    place.receive()
    assert tree(place.inbox) == before


def test_a_second_look_finds_nothing_new_and_changes_nothing(place: Place) -> None:
    place.drop("visits.csv")
    place.receive()
    receipts = tree(place.landing / "receipts")
    again = place.receive()
    assert (again.new, again.repeated, again.faults) == ((), 1, ())
    assert tree(place.landing / "receipts") == receipts


def test_the_same_bytes_in_another_file_are_the_same_receipt(place: Place) -> None:
    place.drop("visits.csv")
    place.drop("visits copy.csv")
    found = place.receive()
    assert (len(found.new), found.repeated) == (1, 1)
    (kept,) = read_receipts(place.landing, STEM)
    assert len(kept.drops) == 2, "it was sent twice"


def test_one_drop_seen_every_night_is_one_drop(place: Place) -> None:
    place.drop("visits.csv")
    for _ in range(3):
        place.receive()
    assert len(read_receipts(place.landing, STEM)[0].drops) == 1


def test_how_often_something_was_sent_does_not_depend_on_order_or_night(tmp_path: Path) -> None:
    found = set()
    for number, order in enumerate(permutations(["a.csv", "b.csv", "c.csv"])):
        place = Place(tmp_path / str(number))
        for name in order:
            place.drop(name, submitted_at=f"2025-04-0{order.index(name) % 2 + 1}T09:00:00Z")
            if number % 2:
                place.receive()
        place.receive()
        (kept,) = read_receipts(place.landing, STEM)
        found.add(len(kept.drops))
    assert found == {3}


def test_the_same_bytes_for_another_period_are_another_receipt_of_one_copy(place: Place) -> None:
    place.drop("q1.csv")
    place.drop("q2.csv", period_from="2025-04-01", period_to="2025-06-30")
    assert len(place.receive().new) == 2
    assert len([path for path in (place.landing / "blobs").rglob("*") if path.is_file()]) == 1


def test_a_delivery_sent_again_keeps_its_earlier_submission_whichever_comes_first(
    tmp_path: Path,
) -> None:
    days = ("2025-04-07", "2025-04-20", "2025-05-01")
    for number, order in enumerate(permutations(days)):
        place = Place(tmp_path / str(number))
        for night, day in enumerate(order):
            place.drop(f"{night}.csv", submitted_at=f"{day}T09:00:00Z")
            place.receive()
        (kept,) = read_receipts(place.landing, STEM)
        assert kept.manifest.submitted_at.date().isoformat() == "2025-04-07"


def test_a_file_without_a_manifest_waits(place: Place) -> None:
    manifest = place.drop("visits.csv")
    manifest.rename(place.root / "not yet")
    found = place.receive()
    assert (found.new, found.waiting, found.faults) == ((), 1, ())
    (place.root / "not yet").rename(manifest)
    assert (len(place.receive().new), place.receive().waiting) == (1, 0)


def test_the_inbox_changes_when_a_drop_is_completed_and_not_before(place: Place) -> None:
    place.drop("a.csv")
    place.receive()
    assert not place.has_news
    (place.inbox / "activelife" / "b.csv").write_bytes(DATA)
    assert not place.has_news
    place.drop("b.csv", dataset="members")
    assert place.has_news
    place.receive()
    assert not place.has_news


def test_the_inbox_changes_when_the_file_a_manifest_was_waiting_for_arrives(place: Place) -> None:
    place.drop("late.csv", data=None)
    assert place.receive().faults
    (place.inbox / "activelife" / "late.csv").write_bytes(DATA)
    assert place.has_news


def test_corrected_data_of_equal_size_under_the_same_manifest_is_noticed(place: Place) -> None:
    place.drop("visits.csv")
    place.receive()
    data = place.inbox / "activelife" / "visits.csv"
    data.write_bytes(DATA.replace(b"1", b"2"))
    os.utime(data, ns=(1, 1))
    assert place.has_news
    assert len(place.receive().new) == 1
    assert not place.has_news


def test_a_file_that_was_only_touched_is_the_same_delivery(place: Place) -> None:
    place.drop("visits.csv")
    place.receive()
    os.utime(place.inbox / "activelife" / "visits.csv", ns=(1, 1))
    again = place.receive()
    assert (again.new, again.repeated) == ((), 1)
    assert len(read_receipts(place.landing, STEM)[0].drops) == 1


def test_an_inbox_nobody_made_yet_is_empty(tmp_path: Path) -> None:
    assert receive(tmp_path / "inbox", tmp_path / "landing") == Reception((), 0, 0, ())


def refused(place: Place, words: str = "") -> str:
    """One bad drop named Hernandez beside a good one: a fault without the file's name."""
    place.drop("zz good.csv", DATA + b"2;x\n")
    found = place.receive()
    assert len(found.new) == 1, "the good drop beside it is received"
    assert len(found.faults) == 1
    told = str(found.faults[0])
    assert "inbox/activelife (drop " in told
    assert "hernandez" not in told.lower(), "a file name may hold a person's name"
    assert words in told
    return told


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"provider": "homestead"}, "another provider (wrong_provider)"),
        ({"file": "../activelife/hernandez.csv"}, "file name is a path"),
        ({"file": "/hernandez.csv"}, "file name is a path"),
        ({"file": "hernandez2.csv"}, "no such file"),
        ({"file": ""}, ""),
        ({"file": ".."}, ""),
        ({"file": "hernandez\x00.csv"}, ""),
        ({"file": "h" * 300}, ""),
        ({"dataset": "../../visits"}, ""),
        ({"submitted_at": "2025-04-07T09:00:00"}, "manifest"),
        ({"shoe_size": 5}, "an unknown key"),
    ],
)
def test_a_manifest_that_cannot_be_followed_is_a_fault(
    place: Place, changed: dict[str, Any], words: str
) -> None:
    place.drop("hernandez.csv", **changed)
    refused(place, words)


def manifest_of(data: Path) -> Path:
    return data.with_name(data.name + MANIFEST_SUFFIX)


def broken_json(data: Path) -> None:
    manifest_of(data).write_text('{"provider": "activelife", ')


def nested_json(data: Path) -> None:
    manifest_of(data).write_text("[" * 5000)


def binary_manifest(data: Path) -> None:
    manifest_of(data).write_bytes(b"\xff\xfe\x00\x01")


def manifest_is_a_folder(data: Path) -> None:
    manifest_of(data).unlink()
    manifest_of(data).mkdir()


def manifest_is_a_dangling_link(data: Path) -> None:
    manifest_of(data).unlink()
    manifest_of(data).symlink_to("nowhere")


def manifest_is_a_link(data: Path) -> None:
    manifest_of(data).rename(data.parents[2] / "elsewhere.json")
    manifest_of(data).symlink_to(data.parents[2] / "elsewhere.json")


def data_is_a_link(data: Path) -> None:
    data.rename(data.parents[2] / "elsewhere.csv")
    data.symlink_to(data.parents[2] / "elsewhere.csv")


def data_is_a_folder(data: Path) -> None:
    data.unlink()
    data.mkdir()


def data_is_a_socket(data: Path) -> None:
    data.unlink()
    os.mknod(data, stat.S_IFSOCK | 0o600)


@pytest.mark.parametrize(
    "spoil",
    [
        broken_json,
        nested_json,
        binary_manifest,
        manifest_is_a_folder,
        manifest_is_a_dangling_link,
        manifest_is_a_link,
        data_is_a_link,
        data_is_a_folder,
        data_is_a_socket,
    ],
)
def test_a_drop_that_is_not_what_it_seems_is_a_fault(
    place: Place, spoil: Callable[[Path], None]
) -> None:
    place.drop("hernandez.csv")
    spoil(place.inbox / "activelife" / "hernandez.csv")
    refused(place)


def test_nothing_is_ever_written_outside_landing(place: Place) -> None:
    place.drop("a.csv", dataset="x/../../../../outside")
    place.drop("b.csv", dataset="../../../../outside")
    place.receive()
    assert sorted(path.name for path in place.root.iterdir()) == ["home"]
    assert sorted(path.name for path in (place.root / "home").iterdir()) == ["inbox", "landing"]


def test_two_drops_are_told_apart_without_their_names(place: Place) -> None:
    for name in ("hernandez.csv", "null.csv"):
        place.drop(name, file="elsewhere.csv")
    first, second = place.receive().faults
    assert first.where != second.where


def test_a_file_that_changes_while_it_is_copied_is_not_received(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop("growing.csv")
    marks = iter(["0" * 64, "1" * 64])
    monkeypatch.setattr(reception, "file_sha256", lambda path: next(marks, fingerprint(str(path))))
    found = place.receive()
    assert found.new == ()
    assert "stays as it is" in str(found.faults[0])
    assert not list((place.landing / "blobs").rglob("*.next"))
    assert read_receipts(place.landing, STEM) == ()


def test_a_file_that_vanishes_before_it_is_copied_is_a_fault_of_its_drop_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop("hernandez.csv")
    copy = reception.shutil.copyfile

    def vanishing(data: Path, work: Path, *, follow_symlinks: bool) -> None:
        if data.name == "hernandez.csv":
            data.unlink()
        copy(data, work, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(reception.shutil, "copyfile", vanishing)
    refused(place, "went away")


def test_a_full_disk_of_ours_is_no_fault_of_a_drop(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop("visits.csv")

    def full(data: Path, work: Path, *, follow_symlinks: bool) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reception.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        place.receive()


def test_a_link_put_in_place_of_a_hashed_file_is_not_followed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop("hernandez.csv")
    (place.root / "elsewhere.csv").write_bytes(DATA)
    copy = reception.shutil.copyfile

    def swapped(data: Path, work: Path, *, follow_symlinks: bool) -> None:
        if data.name == "hernandez.csv":
            data.unlink()
            data.symlink_to(place.root / "elsewhere.csv")
        copy(data, work, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(reception.shutil, "copyfile", swapped)
    refused(place, "stays as it is")
