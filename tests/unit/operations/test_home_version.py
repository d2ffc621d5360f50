"""Which version a home was last used by."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.operations import home_version
from insight_pipeline.operations.home_version import mark_home, read_home, refuse_newer_home
from insight_pipeline.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "home").mkdir()
    return Settings(home=tmp_path / "home", project=tmp_path)


def use(version: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_version, "package_version", lambda: version)


@pytest.mark.parametrize(
    ("last", "ours"),
    [("0.1.0", "0.2.0"), ("0.2.0", "0.2.0"), ("0.2.7", "0.2.1"), ("0.9.0", "0.10.0"),
     (None, "0.2.0"), ("0.2.0", None), ("0.2", "0.2.0"), ("1.0.0rc1", "1.0.0")],
)  # fmt: skip
def test_a_home_of_this_version_or_an_older_one_is_opened(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, last: str | None, ours: str | None
) -> None:
    use(last, monkeypatch)
    mark_home(settings)
    use(ours, monkeypatch)
    mark_home(settings)
    known = read_home(settings)
    assert known and known.package == ours


@pytest.mark.parametrize(
    ("last", "ours"), [("0.3.0", "0.2.9"), ("1.0.0", "0.10.0"), ("0.10", "0.9")]
)
def test_a_home_of_a_newer_version_is_refused_and_left_as_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, last: str, ours: str
) -> None:
    use(last, monkeypatch)
    mark_home(settings)
    use(ours, monkeypatch)
    for opening in (refuse_newer_home, mark_home):
        with pytest.raises(InsightError, match=f"used by version {last}"):
            opening(settings)
    known = read_home(settings)
    assert known and known.package == last


def test_a_home_without_a_mark_is_opened(settings: Settings) -> None:
    refuse_newer_home(settings)
    assert read_home(settings) is None


def test_every_command_refuses_a_home_of_a_newer_version(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use("999.0.0", monkeypatch)
    mark_home(settings)
    monkeypatch.undo()
    found = CliRunner(env=settings.environment()).invoke(main, ["releases"])
    assert found.exit_code == 1
    assert all(part in found.output for part in ("expected", "found", "consequence", "next step"))
