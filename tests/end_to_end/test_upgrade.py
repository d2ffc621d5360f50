"""The previous version's home opened by this one: nothing public is lost and nobody gets a new id.

The previous version is the last commit whose pyproject.toml names another version than today's;
where no commit does, the newest commit. Its code makes a small home of its own in a temporary
folder.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.defs.launch import run_nightly
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.linkage.model import files
from insight_pipeline.operations.home_version import read_home
from insight_pipeline.operations.journal.chain import journal_folder, read_entries
from insight_pipeline.publication.history import made_releases
from insight_pipeline.publication.releasing.pointer import latest_name
from insight_pipeline.publication.releasing.provenance import package_version
from insight_pipeline.settings import Settings
from tests.end_to_end.cheap import cheap_nights
from tests.end_to_end.project import REPOSITORY, query, settings_for

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

VERSION = re.compile(r'^version = "([^"]+)"', re.MULTILINE)
PEOPLE = "select record_id, citizen_key from person order by all"
LATER = "brightcare/2026-10-07"


@dataclass(frozen=True)
class Upgraded:
    """A home before and after its first nights under this version.

    people: by record, of the old night, of the first new one (no news), of the second (news).
    models: in use after the old night and after the first new one; so small a home's is
    provisional, and gives way to the next as soon as there is news. old_files: hash of every file
    of the old releases, then and now.
    """

    settings: Settings
    release: str
    models: tuple[str, ...]
    people: tuple[dict[str, str], ...]
    old_files: tuple[dict[str, str], ...]


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    folder = tmp_path_factory.mktemp("upgrade")
    old = _unpack(_previous_version(), folder / "old")
    settings = settings_for(folder / "home", REPOSITORY, frequency="nightly")
    _old_night(old, settings, folder / "later")
    release = latest_name(settings.published)
    assert release
    people, models = [_people(settings)], [_model(settings)]
    before = _hashes(settings.published)
    with cheap_nights():
        assert run_nightly(settings).succeeded
        people.append(_people(settings))
        models.append(_model(settings))
        shutil.copytree(folder / "later", settings.inbox / LATER)
        assert run_nightly(settings).succeeded
        people.append(_people(settings))
    after = {name: digest for name, digest in _hashes(settings.published).items() if name in before}
    return Upgraded(settings, release, tuple(models), tuple(people), (before, after))


def test_ids_and_the_model_stay(upgraded: Upgraded) -> None:
    old, quiet, news = upgraded.people
    assert quiet == old
    kept = [record for record in old if news.get(record) == old[record]]
    assert len(kept) >= 0.99 * len(old), "a quarter of news joins few people who were two"
    assert len(set(upgraded.models)) == 1


def test_what_was_published_stays_and_what_is_new_follows_it(upgraded: Upgraded) -> None:
    before, after = upgraded.old_files
    assert after == before
    releases = made_releases(upgraded.settings.published)
    assert releases[0].path.name == upgraded.release
    assert latest_name(upgraded.settings.published) == releases[-1].path.name != upgraded.release
    assert [made.release_no for made in releases] == list(range(1, len(releases) + 1))
    assert (upgraded.settings.published / "latest" / "indicators.csv").is_file()


def test_the_home_says_which_version_used_it_last(upgraded: Upgraded) -> None:
    known = read_home(upgraded.settings)
    assert known and known.package == package_version()


def test_rebuilding_says_from_where_on_it_can(upgraded: Upgraded) -> None:
    entries = read_entries(journal_folder(upgraded.settings))
    assert [entry.is_baseline for entry in entries] == [True] + [False] * (len(entries) - 1)
    with cheap_nights():
        runner = CliRunner(env=upgraded.settings.environment())
        found = runner.invoke(main, ["rebuild", "--verify"])
    assert found.exit_code == 0, found.output
    assert "those cannot be replayed" in found.output
    (line,) = (line for line in found.output.splitlines() if f" {upgraded.release} " in line)
    assert "before the journal" in line


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"NOT TESTED: no git history here: {done.stderr.decode()[:200]}")
    return done.stdout


def _previous_version() -> str:
    """The last commit of the version before this one."""
    today = _version((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    newer = ""
    for commit in _git("log", "--format=%H", "--", "pyproject.toml").decode().split():
        if _version(_git("show", f"{commit}:pyproject.toml").decode()) != today:
            break
        newer = commit
    else:
        newer = ""
    return _git("rev-parse", f"{newer}^" if newer else "HEAD").decode().strip()


def _version(pyproject: str) -> str:
    found = VERSION.search(pyproject)
    assert found
    return found[1]


def _unpack(commit: str, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _old_night(old: Path, settings: Settings, later: Path) -> None:
    """A borough of the old code's own making, and its first night; some drops wait for later."""
    environment = {
        **os.environ,
        **settings.environment(),
        "INSIGHT_PROJECT": str(old),
        "PYTHONPATH": str(old),
    }

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=old, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return done.stdout.decode()

    where = run("-c", "import insight_pipeline; print(insight_pipeline.__file__)")
    assert Path(where.strip()).is_relative_to(old)
    run("-m", "insight_pipeline.cli.main", "simulate", "--citizens", "250", "--months", "12")
    (settings.inbox / LATER).rename(later)
    run("-m", "insight_pipeline.cli.main", "nightly")


def _model(settings: Settings) -> str:
    adoption = files.active(settings.models)
    assert adoption
    return adoption.model


def _people(settings: Settings) -> dict[str, str]:
    return dict(query(settings.identity, PEOPLE))


def _hashes(published: Path) -> dict[str, str]:
    """Of every file of every release."""
    return {
        path.relative_to(published).as_posix(): file_sha256(path)
        for path in sorted(published.glob("*/**/*"))
        if path.is_file() and path.parts[len(published.parts)] != "latest"
    }
