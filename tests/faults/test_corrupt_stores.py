"""A bit that turned, a file that was cut short or went: noticed, told, and made again where it can.

What is made from landing is made again by the next night, to the very bytes. What is not is named
with what to do; whatever was published stands meanwhile, and nothing is silently wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.settings import Settings
from tests.faults.killing import run
from tests.faults.rooms import run_room
from tests.faults.stores import contents, differences
from tests.faults.telling import words_of
from tests.faults.worlds import Stage, Step, copy_home, settings_of

pytestmark = pytest.mark.slow
# The home as the first night left it; what was dropped since is not received.
FINISHED = Step(2, "landing")
FEED = "wellpath__referrals"
WORDS = "words.txt"


def bit_turned(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x10
    rewritten(path, bytes(content))


def cut_short(path: Path) -> None:
    rewritten(path, path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    rewritten(path, b"")


def gone(path: Path) -> None:
    path.unlink()


def rewritten(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


Damage = Callable[[Path], None]
DAMAGES: tuple[Damage, ...] = (bit_turned, cut_short, emptied, gone)


@pytest.fixture
def settings(stages: Mapping[Step, Stage], tmp_path: Path) -> Settings:
    copy_home(stages[FINISHED].before, tmp_path / "home")
    return settings_of(tmp_path / "home", FINISHED)


def run_rooms(names: Iterable[str], catalogue: Catalogue, settings: Settings) -> None:
    for name in names:
        assert run(run_room, name, catalogue, settings) == 0


MADE_AGAIN = (
    (f"accepted/{FEED}/*[0-9a-f].parquet", ("contracts",)),
    (f"accepted/{FEED}/current.parquet", ("contracts",)),
    (f"quarantine/{FEED}/*.issues.parquet", ("contracts",)),
    (f"staging/stg_{FEED}.parquet", ("staging",)),
    ("feeds/person_evidence.parquet", ("staging",)),
    ("scorecard.parquet", ("scorecard",)),
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize(("pattern", "rooms"), MADE_AGAIN, ids=lambda each: str(each))
def test_what_is_made_from_landing_is_made_again_to_the_same_bytes(
    stages: Mapping[Step, Stage],
    catalogue: Catalogue,
    settings: Settings,
    damage: Damage,
    pattern: str,
    rooms: tuple[str, ...],
) -> None:
    path = next(
        p for p in sorted(settings.home.glob(pattern)) if p.stem != "current" or "cur" in pattern
    )
    damage(path)
    assert differences(contents(settings.home), stages[FINISHED].stood)
    run_rooms(rooms, catalogue, settings)
    assert not differences(contents(settings.home), stages[FINISHED].stood)


# Store → the room that reads it first, and words that name the store and the way out.
TOLD = {
    "identity.duckdb": ("linkage", ("identity", "restore", "backup")),
    "warehouse.duckdb": ("warehouse", ("warehouse.duckdb", "insight rebuild")),
    "models/*/model.json": ("linkage", ("model", "restore", "backup")),
    "models/*/lookups.parquet": ("linkage", ("model", "restore", "backup")),
    "models/active.json": ("linkage", ("models", "restore", "backup")),
    "published/2*/indicators.parquet": ("publication", ("published/", "insight rebuild")),
    "published/2*/indicators.duckdb": ("publication", ("published/", "insight rebuild")),
    "published/2*/release.json": ("publication", ("published/", "insight rebuild")),
    "secrets/pseudonym.key": ("warehouse", ("pseudonym.key", "backup")),
    f"landing/receipts/{FEED}/*.json": ("contracts", (FEED, "backup")),
    f"accepted/{FEED}/accounts.json": ("contracts", (FEED, "accounts.json")),
    f"accepted/{FEED}/*.verdict.json": ("contracts", (FEED, "verdict.json")),
}


@pytest.mark.parametrize("damage", [cut_short, emptied], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("pattern", TOLD)
def test_what_cannot_be_made_again_is_named_with_the_way_out_and_releases_stand(
    catalogue: Catalogue, settings: Settings, tmp_path: Path, damage: Damage, pattern: str
) -> None:
    damage(next(iter(sorted(settings.home.glob(pattern)))))
    before = contents_of_releases(settings)
    room, words = TOLD[pattern]
    told = words_of(room, catalogue, settings, tmp_path / WORDS)
    assert told is not None
    assert not [each for each in words if each not in told], told
    assert contents_of_releases(settings) == before


def contents_of_releases(settings: Settings) -> dict[str, bytes]:
    files = (path for path in settings.published.rglob("*") if path.is_file())
    return {str(path.relative_to(settings.published)): path.read_bytes() for path in files}


@pytest.mark.parametrize("store", ["identity.duckdb", "warehouse.duckdb"])
def test_a_bit_that_turned_anywhere_in_a_database_is_told_or_harmless(
    catalogue: Catalogue,
    settings: Settings,
    stages: Mapping[Step, Stage],
    tmp_path: Path,
    store: str,
) -> None:
    # Blocks check themselves when they are read; where nothing reads one, nothing uses it.
    room = {"identity.duckdb": "looking_back", "warehouse.duckdb": "publication"}[store]
    size = (settings.home / store).stat().st_size
    for place in (100, size // 3, size // 2, size - 3000):
        copy_home(stages[FINISHED].before, settings.home)
        path = settings.home / store
        content = bytearray(path.read_bytes())
        content[place] ^= 0x10
        path.write_bytes(content)
        told = words_of(room, catalogue, settings, tmp_path / WORDS)
        assert told is None or "restore" in told
        after = {k: v for k, v in contents_but(settings.home, store).items()}
        stood = {k: v for k, v in stages[FINISHED].stood.items() if not k.startswith(store)}
        assert not differences(after, stood)


def contents_but(home: Path, store: str) -> dict[str, str]:
    (home / store).unlink()
    return contents(home)


def test_bytes_and_rows_that_are_both_lost_stop_their_feed_alone_until_they_are_dropped_again(
    stages: Mapping[Step, Stage], catalogue: Catalogue, settings: Settings, tmp_path: Path
) -> None:
    rows = next(p for p in settings.home.glob(f"accepted/{FEED}/*.parquet") if p.stem != "current")
    verdict = rows.with_suffix(".verdict.json").read_text()
    receipt = settings.home / f"landing/receipts/{FEED}/{rows.stem}.json"
    sha256 = receipt.read_text().split('"sha256": "')[1][:64]
    bit_turned(rows)
    bit_turned(settings.home / f"landing/blobs/{sha256[:2]}/{sha256}")
    told = words_of("contracts", catalogue, settings, tmp_path / WORDS)
    assert told is not None
    assert "restore landing/ from backup" in told
    assert rows.with_suffix(".verdict.json").read_text() == verdict
    run_rooms(("landing", "contracts"), catalogue, settings)  # it is still in the inbox
    stood = stages[FINISHED].stood
    healed = {k: v for k, v in contents(settings.home).items() if FEED in k}
    assert not differences(healed, {k: v for k, v in stood.items() if FEED in k})
