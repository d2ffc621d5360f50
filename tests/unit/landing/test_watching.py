"""Looks at the inbox: content decides, a drop settles first, and nothing is asked for twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from insight_pipeline.landing import sighting, watching
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.landing.reception import receive
from insight_pipeline.landing.watching import PATIENCE, Look, Memory, look
from tests.end_to_end.project import write_manifest

DATA = b"Ref\n1\n"


class Watched:
    """An inbox under a watcher that remembers."""

    def __init__(self, root: Path) -> None:
        self.inbox, self.landing = root / "inbox", root / "landing"
        self.memory = Memory()

    def put(self, name: str, data: bytes = DATA, **declared: str) -> Path:
        file = self.write(name, data)
        of = {"provider": "activelife", "dataset": "visits", **declared}
        write_manifest(file, **of)
        return file

    def write(self, name: str, data: bytes) -> Path:
        file = self.inbox / "activelife" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def look(self, settle_looks: int = 2) -> Look:
        # What is kept between looks is text.
        self.memory = Memory.model_validate_json(self.memory.model_dump_json())
        found = look(self.inbox, self.landing, (), self.memory, settle_looks)
        self.memory = found.memory
        return found

    def asks(self, looks: int = 4) -> bool:
        """Whether any of the next looks finds it time."""
        return any([self.look().is_time for _ in range(looks)])

    def receive(self) -> None:
        receive(self.inbox, self.landing)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_an_empty_or_absent_inbox_asks_for_nothing(watched: Watched) -> None:
    assert not watched.asks()
    watched.inbox.mkdir()
    assert not watched.asks()


@pytest.mark.parametrize("settle_looks", [1, 2, 3, 5])
def test_a_drop_asks_at_the_look_that_finds_it_settled(watched: Watched, settle_looks: int) -> None:
    watched.put("a.csv")
    times = [watched.look(settle_looks).is_time for _ in range(6)]
    assert times.index(True) == settle_looks - 1
    assert all(times[settle_looks - 1 :]), "it stays time until it is received"


def test_a_file_without_its_manifest_asks_for_nothing(watched: Watched) -> None:
    watched.write("a.csv", DATA)
    assert not watched.asks()
    watched.put("a.csv")
    assert watched.asks()


def test_a_file_that_grows_between_looks_asks_when_it_has_stopped(watched: Watched) -> None:
    file = watched.put("a.csv")
    for size in range(2, 8):
        assert not watched.look().is_time
        file.write_bytes(DATA * size)
    assert [watched.look().is_time for _ in range(2)] == [False, True]


def test_settled_drops_wait_for_one_that_changes_but_not_for_ever(watched: Watched) -> None:
    watched.put("a.csv")
    growing = watched.put("b.csv", dataset="members")
    times = []
    for size in range(2, PATIENCE + 6):
        growing.write_bytes(DATA * size)
        times.append(watched.look().is_time)
    assert times.index(True) == PATIENCE + 1


def test_what_was_received_asks_for_nothing_when_touched_or_copied_again(watched: Watched) -> None:
    file = watched.put("a.csv")
    watched.receive()
    assert not watched.asks()
    for stamp in (1, 10**18):
        os.utime(file, ns=(stamp, stamp))
        os.utime(file.with_name(file.name + MANIFEST_SUFFIX), ns=(stamp, stamp))
        assert not watched.asks()
    shutil.copyfile(file, file.with_name("copy"))
    os.replace(file.with_name("copy"), file)
    assert not watched.asks()


def test_the_same_bytes_under_the_same_declaration_elsewhere_ask_for_nothing(
    watched: Watched,
) -> None:
    file = watched.put("a.csv")
    watched.receive()
    watched.put("again/b.csv")
    assert not watched.asks()
    file.unlink()
    file.with_name(file.name + MANIFEST_SUFFIX).unlink()
    watched.receive()
    watched.put("a.csv")
    assert not watched.asks(), "what was received once is known though the inbox was emptied"


def test_other_bytes_or_another_period_ask(watched: Watched) -> None:
    file = watched.put("a.csv")
    watched.receive()
    file.write_bytes(DATA.replace(b"1", b"2"))
    os.utime(file, ns=(1, 1))
    assert watched.asks()
    watched.receive()
    assert not watched.asks()
    watched.put("a.csv", file.read_bytes(), period_to="2025-06-30")
    assert watched.asks()


def test_a_drop_that_cannot_be_received_asks_once_and_again_when_it_is_mended(
    watched: Watched,
) -> None:
    file = watched.put("a.csv", provider="somebody_else")
    late = watched.put("late.csv")
    late.unlink()
    assert watched.asks()
    watched.receive()
    assert not watched.asks()
    late.write_bytes(DATA * 2)
    assert watched.asks()
    watched.receive()
    write_manifest(file, "activelife", "members")
    assert watched.asks()


def test_a_drop_taken_away_asks_for_nothing(watched: Watched) -> None:
    file = watched.put("a.csv")
    watched.receive()
    file.with_name(file.name + MANIFEST_SUFFIX).unlink()
    assert not watched.asks()


def test_an_inbox_at_rest_is_not_read(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    file = watched.put("a.csv")
    watched.put("b.csv", dataset="members")
    watched.receive()
    read: list[str] = []
    real = sighting.file_sha256
    monkeypatch.setattr(sighting, "file_sha256", lambda path: read.append(path.name) or real(path))
    assert not watched.asks()
    assert read == []
    os.utime(file, ns=(1, 1))
    assert not watched.asks()
    assert read == ["a.csv"], "once, when it had stopped changing"


def test_what_is_kept_between_looks_holds_no_name(watched: Watched) -> None:
    watched.put("hernandez.csv")
    watched.look()
    assert watched.memory.drops
    assert "hernandez" not in watched.memory.model_dump_json()
    watched.receive()
    assert "hernandez" not in (watched.landing / sighting.SEEN).read_text()
    watched.look()
    assert watched.memory == Memory(), "what is received needs no memory"


def test_what_an_earlier_version_kept_of_the_inbox_is_no_obstacle(watched: Watched) -> None:
    watched.put("a.csv")
    watched.receive()
    (watched.landing / sighting.SEEN).write_text("0" * 64)
    assert not watched.asks()
    assert watching.known_inbox(watched.landing) == sighting.Seen()
