"""Rebuilding: what is compared, what must be there first, and how the command is used."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.operations.journal.chain import (
    journal_folder,
    last_hash,
    read_entries,
    write_entry,
)
from insight_pipeline.operations.journal.entry import Code, Entry, Room, Step
from insight_pipeline.operations.journal.hand import PROJECT
from insight_pipeline.operations.journal.kept import keep
from insight_pipeline.operations.rebuild.compare import Rebuilt, Verdict, compare
from insight_pipeline.operations.rebuild.material import missing_material
from insight_pipeline.settings import Settings
from tests.unit.operations.receipts import receipt

OTHER = Code(package="0.1.0", source="b" * 64)
NAME = "2026-03-31-abc"
FIGURES = {"indicator_id": ["people_served"], "value": [1.5]}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", project=tmp_path, threads=1)


def release(parent: Path, name: str, figures: dict[str, list[object]], notes: str = "") -> Path:
    """A folder with what a comparison reads: figures, another file, and their hashes."""
    folder = parent / name
    folder.mkdir(parents=True)
    pl.DataFrame(figures).write_parquet(folder / "indicators.parquet")
    (folder / "revisions.csv").write_text(notes)
    said = {path.name: file_sha256(path) for path in sorted(folder.iterdir())}
    (folder / "release.json").write_text(json.dumps({"sha256": said}))
    return folder


def step_of(folder: Path) -> Step:
    said = json.loads((folder / "release.json").read_text())["sha256"]
    return Step(room=Room.PUBLICATION, mark=folder.name, release=folder.name, files=said)


def verdict_of(
    settings: Settings,
    made: Path,
    step: Step,
    other_code: Code | None = None,
    *,
    is_whole: bool = True,
) -> Verdict:
    return compare(step, Rebuilt(made, False), other_code, is_whole, settings)[0]


def test_equal_hashes_are_the_same(settings: Settings, tmp_path: Path) -> None:
    published = release(settings.published, NAME, FIGURES)
    made = release(tmp_path / "made", NAME, FIGURES)
    assert verdict_of(settings, made, step_of(published)) is Verdict.SAME


def test_another_name_is_another_release(settings: Settings, tmp_path: Path) -> None:
    published = release(settings.published, NAME, FIGURES)
    made = release(tmp_path / "made", "2026-03-31-def", {**FIGURES, "value": [2.5]})
    assert verdict_of(settings, made, step_of(published)) is Verdict.DIFFERENT


def test_another_history_is_another_release(settings: Settings, tmp_path: Path) -> None:
    published = release(settings.published, NAME, FIGURES, "one")
    made = release(tmp_path / "made", NAME, FIGURES, "other")
    assert verdict_of(settings, made, step_of(published)) is Verdict.DIFFERENT


def test_of_a_journal_that_begins_midway_only_the_figures_are_compared(
    settings: Settings, tmp_path: Path
) -> None:
    published = release(settings.published, NAME, FIGURES, "one")
    made = release(tmp_path / "made", NAME, FIGURES, "other")
    found = verdict_of(settings, made, step_of(published), is_whole=False)
    assert found is Verdict.SAME_FIGURES


@pytest.mark.parametrize(
    ("value", "expected"), [(1.5, Verdict.SAME_FIGURES), (2.5, Verdict.DIFFERENT)]
)
def test_of_other_code_only_figures_that_differ_count(
    settings: Settings, tmp_path: Path, value: float, expected: Verdict
) -> None:
    """Another version gave the release another name and a column more."""
    published = release(settings.published, NAME, FIGURES)
    more = {**FIGURES, "value": [value], "added_in_this_version": ["x"]}
    made = release(tmp_path / "made", "2026-03-31-def", more)
    assert verdict_of(settings, made, step_of(published), OTHER) is expected


def test_of_other_code_without_a_published_copy_nothing_can_be_looked_at(
    settings: Settings, tmp_path: Path
) -> None:
    step = step_of(release(tmp_path / "gone", NAME, FIGURES))
    made = release(tmp_path / "made", "2026-03-31-def", FIGURES)
    assert verdict_of(settings, made, step, OTHER) is Verdict.DIFFERENT


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_a_published_copy_that_changed_is_told_though_the_replay_agrees(
    settings: Settings, tmp_path: Path, damage: str
) -> None:
    published = release(settings.published, NAME, FIGURES)
    step = step_of(published)
    made = release(tmp_path / "made", NAME, FIGURES)
    (published / "revisions.csv").unlink()
    if damage == "altered":
        (published / "revisions.csv").write_text("nothing of the kind")
    assert verdict_of(settings, made, step) is Verdict.DAMAGED


def test_without_a_published_copy_the_journals_hashes_decide(
    settings: Settings, tmp_path: Path
) -> None:
    step = step_of(release(tmp_path / "gone", NAME, FIGURES))
    made = release(tmp_path / "made", NAME, FIGURES)
    assert verdict_of(settings, made, step) is Verdict.SAME


def test_a_release_the_replay_did_not_make_is_told(settings: Settings, tmp_path: Path) -> None:
    step = step_of(release(settings.published, NAME, FIGURES))
    found = compare(step, Rebuilt(None, False), None, True, settings)[0]
    assert found is Verdict.NOT_MADE


@pytest.fixture
def journal(settings: Settings) -> Path:
    """A journal of one night with one delivery, whose bytes are there."""
    folder = journal_folder(settings)
    project = keep(folder, PROJECT, {"data_contracts/a.yaml": b"a: 1\n"})
    blob = blob_path(settings.landing, sha256(b"rows").hexdigest())
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"rows")
    one = receipt(1).model_copy(update={"sha256": blob.name})
    entry = Entry(
        number=1, previous=last_hash(folder), hand="h", receipts=(one,), project=project,
        frequency=None, adoption=None, code=OTHER,
    )  # fmt: skip
    write_entry(folder, entry)
    return folder


def rebuild(settings: Settings, *words: str) -> tuple[int, str]:
    found = CliRunner(env=settings.environment()).invoke(main, ["rebuild", *words])
    return found.exit_code, found.output


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_a_delivery_whose_bytes_are_missing_is_told_before_anything_is_replayed(
    settings: Settings, journal: Path, damage: str
) -> None:
    (blob,) = (settings.landing / "blobs").glob("*/*")
    blob.unlink()
    if damage == "altered":
        blob.write_bytes(b"others")
    code, said = rebuild(settings, "--verify")
    assert code == 1
    assert f"delivery {receipt(1).delivery_id} of riverside__visits" in said
    assert "next step" in said and "Night 1" not in said


def test_contracts_of_which_no_copy_is_left_are_told(settings: Settings, journal: Path) -> None:
    (kept,) = (journal / "kept").iterdir()
    kept.unlink()
    code, said = rebuild(settings, "--verify")
    assert (code, "cannot be replayed" in said) == (1, True)


def test_a_broken_chain_is_told(settings: Settings, journal: Path) -> None:
    path = journal / "entries/00000001.json"
    path.rename(journal / "entries/00000002.json")
    code, said = rebuild(settings, "--verify")
    assert (code, "entry 1" in said) == (1, True)


def test_nothing_is_missing_of_a_home_that_is_whole(settings: Settings, journal: Path) -> None:
    assert not list(missing_material(read_entries(journal), settings))


def test_a_home_without_a_journal_says_so(settings: Settings) -> None:
    code, said = rebuild(settings, "--verify")
    assert (code, "a journal begins with it" in said) == (1, True)


def test_a_night_that_cannot_be_replayed_is_told_as_such(settings: Settings, journal: Path) -> None:
    """The contracts of this home's only night are none that a catalogue could be made of."""
    entry = json.loads((journal / "entries/00000001.json").read_text())
    step = {"room": "publication", "mark": NAME, "release": NAME, "release_no": 1}
    (journal / "entries/00000001.json").write_text(json.dumps({**entry, "steps": [step]}))
    code, said = rebuild(settings, "--verify")
    assert code == 1
    assert Verdict.NOT_MADE.value in said
    assert "The first difference is of night 1." in said
    assert [path.name for path in (settings.home / "rebuild").iterdir()] == [".lock"]


@pytest.mark.parametrize("words", [(), ("--into", "{full}"), ("--verify", "--fast")])
def test_wrong_usage_ends_with_two(
    settings: Settings, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("x")
    code, _ = rebuild(settings, *(word.format(full=tmp_path / "full") for word in words))
    assert code == 2
