"""Restore drill: six odd nights; then the home is lost, and comes back by replay and from backup.

The nights: late data, a delivery that is held, a night killed after it had linked, an approval on
the night a contract changes, a correction, and a release out of turn. After the fourth the home is
backed up, and rebuilt elsewhere from landing, contracts and decisions alone. The last two are then
gone through three times: in the home itself, in the one rebuilt, and in the one restored.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.operations import plain_night
from insight_pipeline.operations.journal.chain import journal_folder, read_entries
from insight_pipeline.operations.journal.entry import Room
from insight_pipeline.operations.plain_night import run_plain_night
from insight_pipeline.publication.history import made_releases
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from tests.end_to_end.cheap import cheap_nights
from tests.end_to_end.project import copy_project, query, settings_for

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

CONTACTS = "wellpath__care_contacts"
MIDSUMMER = "2026-06-30"
SHRUNKEN = "wellpath/2026-07-20/fewer_contacts_20260630.ndjson"
CORRECTED = "wellpath/2026-10-20/corrected_referrals_20260331.ndjson"
REASON = "Referrals of the first quarter had a wrong day."


@dataclass(frozen=True)
class Homes:
    """The home that had every night, and those made of it after its fourth."""

    undisturbed: Settings
    rebuilt: Settings
    restored: Settings
    drill: Result
    copies: tuple[Result, ...]


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    folder = tmp_path_factory.mktemp("drill")
    settings = settings_for(folder / "home", _project(folder))
    simulate(folder / "drops", folder / "truth", citizens=250, months=12, seed=11)
    with cheap_nights():
        _four_nights(settings, folder / "drops")
        rebuilt = replace(settings, home=folder / "rebuilt")
        restored = replace(settings, home=folder / "restored")
        drill = _run(settings, "rebuild", "--verify", "--into", str(rebuilt.home))
        copies = _backup_and_restore(settings, restored, folder / "backup")
        for home in (settings, rebuilt, restored):
            _two_more_nights(home, folder / "drops")
    return Homes(settings, rebuilt, restored, drill, copies)


def test_every_release_and_preview_comes_out_as_it_was_published(homes: Homes) -> None:
    assert homes.drill.exit_code == 0, homes.drill.output
    assert "All 2 releases come out as they were published." in homes.drill.output
    lines = [line for line in homes.drill.output.splitlines() if " release " in line]
    assert [line.split()[3:5] for line in lines] == [["the", "same"]] * 2


def test_the_journal_tells_each_night_once_and_what_it_came_to(homes: Homes) -> None:
    rooms = [
        [step.room for step in entry.steps]
        for entry in read_entries(journal_folder(homes.undisturbed))
    ]
    whole = [Room.LINKAGE, Room.WAREHOUSE, Room.PUBLICATION]
    assert rooms == [whole, whole, [Room.LINKAGE], whole, [*whole, Room.PUBLICATION]]


def test_a_night_that_finds_nothing_new_leaves_the_journal_as_it_is(homes: Homes) -> None:
    journal = journal_folder(homes.undisturbed)
    before = _contents(journal)
    with cheap_nights():
        run_plain_night(homes.undisturbed, load_catalogue(homes.undisturbed))
    assert _contents(journal) == before


@pytest.mark.parametrize("which", ["rebuilt", "restored"])
def test_a_home_that_came_back_goes_on_as_if_nothing_had_happened(homes: Homes, which: str) -> None:
    home: Settings = getattr(homes, which)
    assert _said(home) == _said(homes.undisturbed)
    assert [made["predecessor"] for made in _said(home)][1:] == [
        made.path.name for made in made_releases(home.published)
    ][:-1]
    for database, asked in (
        ("identity.duckdb", "select record_id, citizen_key from person order by all"),
        ("warehouse.duckdb", "select citizen_id from core.dim_citizen order by all"),
        ("warehouse.duckdb", "select * from indicators.figure_revision order by all"),
    ):
        assert query(home.home / database, asked) == query(homes.undisturbed.home / database, asked)


def test_every_backup_and_restore_told_what_it_did(homes: Homes) -> None:
    first, again, refused, whole, back = homes.copies
    assert "secrets. Keep a copy elsewhere" in first.output
    assert "of which 0 were new" in again.output
    assert refused.exit_code == 1 and "the pseudonym key" in refused.output
    assert "is whole" in whole.output
    assert back.exit_code == 0, back.output


def _project(folder: Path) -> Path:
    project = copy_project(folder / "project")
    policies = project / "data_contracts/publication/disclosure.yaml"
    text = policies.read_text(encoding="utf-8")
    # So small a borough has hardly a figure that could be shown under the policy in force.
    policies.write_text(text.replace("default: nhs_hes", "default: none"), encoding="utf-8")
    return project


def _four_nights(settings: Settings, drops: Path) -> None:
    _damage(drops)
    _deliver(settings, drops, lambda m: _until(m, MIDSUMMER) and m["provider"] != "kidsfirst")
    assert run_nightly(settings).succeeded
    _deliver(settings, drops, lambda m: _until(m, MIDSUMMER), SHRUNKEN)
    run_plain_night(settings, load_catalogue(settings))
    _deliver(settings, drops, lambda m: m["provider"] == "brightcare")
    _killed_night(settings)
    _approve_what_is_held(settings)
    _edit(settings.contracts / "services.yaml", "annual_price_gbp: 9600000", "9700000")
    _deliver(settings, drops, lambda m: True)
    assert run_nightly(settings).succeeded


def _two_more_nights(settings: Settings, drops: Path) -> None:
    _deliver(settings, drops, lambda m: True, CORRECTED)
    run_plain_night(settings, load_catalogue(settings))
    released = _run(settings, "release", "--now", "--reason", REASON)
    assert released.exit_code == 0, released.output


def _killed_night(settings: Settings) -> None:
    """A night that dies when it has linked, before anything else knows of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_night, "look_back", _die)
        with pytest.raises(SystemError):
            run_plain_night(settings, load_catalogue(settings))


def _die(*asked: object) -> None:
    raise SystemError("killed")


def _damage(drops: Path) -> None:
    """Among the drops: contacts of a quarter with too few rows, referrals with another day."""
    contacts = drops / "wellpath/2026-07-07/csds_contacts_20260630.ndjson"
    lines = contacts.read_text(encoding="utf-8").splitlines()
    _send_again(contacts, drops / SHRUNKEN, lines[: len(lines) // 10])
    referrals = drops / "wellpath/2026-04-07/csds_referrals_20260331.ndjson"
    text = referrals.read_text(encoding="utf-8")
    _send_again(referrals, drops / CORRECTED, text.replace("2026-02-1", "2026-03-1").splitlines())


def _send_again(file: Path, place: Path, lines: Iterable[str]) -> None:
    manifest = json.loads(file.with_name(file.name + MANIFEST_SUFFIX).read_text(encoding="utf-8"))
    place.parent.mkdir(parents=True)
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    manifest.update(file=place.name, submitted_at=f"{place.parent.name}T09:00:00Z")
    manifest.pop("rows", None)
    place.with_name(place.name + MANIFEST_SUFFIX).write_text(json.dumps(manifest), encoding="utf-8")


def _deliver(
    settings: Settings, drops: Path, wanted: Callable[[dict[str, str]], bool], *besides: str
) -> None:
    """Drops whose manifest is wanted into the inbox, and what is sent again only if it is named."""
    for manifest in sorted(drops.rglob(f"*{MANIFEST_SUFFIX}")):
        said = json.loads(manifest.read_text(encoding="utf-8"))
        name = (manifest.parent / said["file"]).relative_to(drops).as_posix()
        if name in (SHRUNKEN, CORRECTED) and name not in besides:
            continue
        if wanted(said) or name in besides:
            place = settings.inbox / manifest.relative_to(drops)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(manifest.parent / said["file"], place.parent)
            shutil.copy2(manifest, place)


def _until(manifest: dict[str, str], day: str) -> bool:
    return manifest["period_to"] <= day


def _approve_what_is_held(settings: Settings) -> None:
    accounts = read_accounts(settings, CONTACTS)
    assert accounts
    (held,) = (one.delivery_id for one in accounts.deliveries if one.outcome == "held")
    done = _run(settings, "deliveries", "approve", held, "--by", "R. Okafor", "--reason", "Closed.")
    assert done.exit_code == 0, done.output


def _edit(file: Path, was: str, becomes: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(was) == 1
    key = was.partition(":")[0]
    file.write_text(text.replace(was, f"{key}: {becomes}"), encoding="utf-8")


def _backup_and_restore(settings: Settings, restored: Settings, folder: Path) -> tuple[Result, ...]:
    first = _run(settings, "backup", str(folder), "--keep", "2")
    again = _run(settings, "backup", str(folder), "--keep", "2")
    refused = _run(restored, "restore", str(folder))
    whole = _run(settings, "backup", str(folder), "--verify")
    shutil.copytree(settings.secrets, restored.secrets)
    return first, again, refused, whole, _run(restored, "restore", str(folder))


def _run(settings: Settings, *words: str) -> Result:
    return CliRunner(env=settings.environment()).invoke(main, list(words))


def _said(settings: Settings) -> list[dict[str, object]]:
    """Of every release: name, predecessor, reason, and the hash of each data file."""
    found = []
    for made in made_releases(settings.published):
        said = json.loads((made.path / "release.json").read_text(encoding="utf-8"))
        kept = {key: said[key] for key in ("predecessor", "reason", "sha256", "release_no")}
        found.append({"name": made.path.name, **kept})
    return found


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
