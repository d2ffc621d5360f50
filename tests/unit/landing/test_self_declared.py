"""A bare file declares itself by columns that say the same in every row, or it is a fault."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.landing.inbox import Feed
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX, UNDECLARED
from insight_pipeline.landing.reading import ReaderOptions
from insight_pipeline.landing.reading_desk import ReadingDesk, shared_desk
from insight_pipeline.landing.receipt import read_receipts
from insight_pipeline.landing.reception import Reception, receive
from insight_pipeline.landing.self_declared import Declared, Declarer, SelfDeclaring
from insight_pipeline.landing.watching import Memory, look
from insight_pipeline.settings import Settings

FEED = Feed("activelife", "visits")
HEADER = "id,from,to,sent,version\n"
ROW = "1,2025-01-01,2025-03-31,2025-04-07T09:00:00Z,1.2.0\n"


class Place:
    """An inbox whose `visits` feed declares itself."""

    def __init__(self, root: Path, **changed: Any) -> None:
        self.settings = Settings(home=root / "home", project=root, threads=1)
        self.changed = changed

    @property
    def folder(self) -> Path:
        return self.settings.inbox / "activelife" / "visits"

    def put(self, text: str, name: str = "hernandez.csv") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def receive(self) -> Reception:
        values: dict[str, Any] = {
            "feed": FEED,
            "period_from": Declared(("from",)),
            "period_to": Declared(("to", "until")),
            "submitted_at": Declared(("sent",)),
            "contract_version": Declared(("version",)),
            "reader": ReaderOptions(format="csv"),
            "promised": ("id", "from", "to", "sent", "version"),
            **self.changed,
        }
        declarer = Declarer([SelfDeclaring(**values)], self.settings)
        return receive(self.settings.inbox, self.settings.landing, declarer)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_bare_file_is_received_as_its_columns_declare(place: Place) -> None:
    place.put(HEADER + ROW + "2,2025-01-01,2025-03-31,2025-04-08T10:00:00+01:00,1.2.0\n")
    (receipt,) = place.receive().new
    manifest = receipt.manifest
    assert receipt.stem == FEED.stem
    assert (manifest.period_from, manifest.period_to) == (date(2025, 1, 1), date(2025, 3, 31))
    assert manifest.submitted_at == datetime(2025, 4, 8, 9, tzinfo=UTC), "the latest row's"
    assert manifest.contract_version == "1.2.0"
    assert manifest.rows is None, "nobody said how many rows were sent"


def test_neither_name_nor_time_of_the_file_declares_anything(place: Place) -> None:
    place.put(HEADER + ROW, "visits_2019-01_v9.csv")
    (receipt,) = place.receive().new
    assert receipt.manifest.period_to == date(2025, 3, 31)


def test_without_a_version_column_no_version_is_declared(tmp_path: Path) -> None:
    place = Place(tmp_path, contract_version=None)
    place.put(HEADER + ROW)
    (receipt,) = place.receive().new
    assert receipt.manifest.contract_version == UNDECLARED


@pytest.mark.parametrize(
    "changed",
    [
        {"promised": ("id",)},
        {"reader": ReaderOptions(format="csv", delimiter=",")},
        {"contract_version": None},
        {"period_from": Declared(("from",), "%Y-%m-%d")},
    ],
    ids=["promised", "reader", "version", "format"],
)
def test_what_a_content_declares_is_found_out_anew_when_its_reading_changes(
    place: Place, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
) -> None:
    place.put(HEADER + ROW)
    place.receive()
    monkeypatch.setattr(place, "changed", changed)
    place.receive()
    kept = place.settings.landing / "declared" / FEED.stem
    assert len(list(kept.iterdir())) == 2


def test_columns_are_found_by_other_names_and_in_any_case(place: Place) -> None:
    place.put((HEADER + ROW).replace("to", " Until ", 1))
    assert len(place.receive().new) == 1


def test_dates_are_read_in_the_promised_format(tmp_path: Path) -> None:
    day = Declared(("from",), "%d/%m/%Y")
    place = Place(tmp_path, period_from=day, submitted_at=Declared(("sent",), "%d/%m/%Y %H:%M"))
    place.put(HEADER + "1,01/02/2025,2025-03-31,07/04/2025 09:30,1\n")
    (receipt,) = place.receive().new
    assert receipt.manifest.period_from == date(2025, 2, 1)
    assert receipt.manifest.submitted_at == datetime(2025, 4, 7, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADER + ROW + ROW.replace("01-01", "01-02"), "two values in column 'from'"),
        (HEADER + ROW + "2,2025-01-01,,2025-04-07T09:00:00Z,1.2.0\n", "empty cell in column 'to'"),
        (HEADER + ROW.replace("2025-03-31", "Hernandez"), "no date in column 'to'"),
        (HEADER + ROW.replace("2025-04-07T09:00:00Z", "Hernandez"), "in column 'sent'"),
        (HEADER + ROW + ROW.replace("2025-04-07T09:00:00Z", "soon"), "in column 'sent'"),
        (HEADER, "no rows"),
        ("id,from,to,version\n1,2025-01-01,2025-03-31,1\n", "no column 'sent'"),
        (HEADER + ROW.replace("2025-01-01", "2025-12-01"), "period_from is not after"),
        ("", ""),
    ],
)
def test_what_is_not_declared_is_a_fault_without_values(
    place: Place, text: str, words: str
) -> None:
    place.put(text)
    place.put(HEADER + ROW.replace("1,", "7,", 1), "zz good.csv")
    found = place.receive()
    assert len(found.new) == 1, "the good file beside it is received"
    (fault,) = found.faults
    assert words in str(fault)
    assert "hernandez" not in str(fault).lower()
    assert len([path for path in (place.settings.landing / "blobs").rglob("*/*")]) == 1


def test_the_same_content_is_read_once_and_is_one_delivery(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put(HEADER + ROW)
    place.receive()
    monkeypatch.setattr(ReadingDesk, "read", None)
    again = place.receive()
    assert (again.new, again.repeated, again.faults) == ((), 1, ())
    place.put(HEADER + ROW, "again.csv")
    assert place.receive().repeated == 2
    assert len(read_receipts(place.settings.landing, FEED.stem)[0].drops) == 2


def test_bare_files_are_read_at_the_desk_where_deliveries_are_judged(place: Place) -> None:
    place.put(HEADER + ROW)
    place.receive()
    child = shared_desk()._child
    assert child and child.poll() is None, "the process lives on for the next file"
    place.put(HEADER + ROW.replace("1,", "2,", 1), "second.csv")
    assert len(place.receive().new) == 1
    assert shared_desk()._child is child


def test_a_file_with_a_manifest_is_declared_by_the_manifest(place: Place) -> None:
    data = place.put(HEADER + ROW, "a.csv")
    declared = {
        "provider": "activelife",
        "dataset": "visits",
        "contract_version": "9.0.0",
        "period_from": "2024-01-01",
        "period_to": "2024-03-31",
        "submitted_at": "2025-04-07T09:00:00Z",
        "file": "a.csv",
    }
    data.with_name(f"named otherwise{MANIFEST_SUFFIX}").write_text(json.dumps(declared))
    (receipt,) = place.receive().new
    assert receipt.manifest.contract_version == "9.0.0"


@pytest.mark.parametrize("name", ["a.csv.part", ".a.csv", "a.FILEPART", "a.csv.tmp"])
def test_a_file_that_is_still_being_written_waits(place: Place, name: str) -> None:
    place.put(HEADER, name)
    found = place.receive()
    assert (found.new, found.faults, found.waiting) == ((), (), 1)


def test_a_bare_file_elsewhere_waits_for_its_manifest(place: Place) -> None:
    path = place.put(HEADER + ROW)
    path.rename(place.settings.inbox / "activelife" / "visits.csv")
    found = place.receive()
    assert (found.new, found.waiting) == ((), 1)


def test_a_link_is_not_followed(place: Place, tmp_path: Path) -> None:
    path = place.put(HEADER + ROW)
    path.rename(tmp_path / "elsewhere.csv")
    path.symlink_to(tmp_path / "elsewhere.csv")
    found = place.receive()
    assert found.new == ()
    assert "plain file" in str(found.faults[0])


def test_the_inbox_changes_when_a_bare_file_comes_or_changes(place: Place) -> None:
    def has_news() -> bool:
        settings = place.settings
        return look(settings.inbox, settings.landing, [FEED], Memory(), settle_looks=1).is_time

    assert not has_news()
    place.put(HEADER + ROW)
    assert has_news()
    place.receive()
    assert not has_news()
    place.put(HEADER + ROW.replace("1,", "2,", 1))
    assert has_news()


def test_our_own_readers_failure_is_told_as_ours_and_stops_nobody(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*arguments: object) -> None:
        raise RuntimeError("Hernandez")

    monkeypatch.setattr(ReadingDesk, "read", failing)
    place.put(HEADER + ROW)
    (fault,) = place.receive().faults
    assert "our own reader failed" in str(fault)
    assert "Hernandez" not in str(fault)
