"""Settings: read from the environment once, and handed on to child processes unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from insight_pipeline.settings import Settings, fault_at, load_settings


@pytest.mark.parametrize("frequency", [None, "nightly"])
def test_a_child_process_reads_the_settings_it_was_started_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frequency: str | None
) -> None:
    monkeypatch.setenv("INSIGHT_RELEASE_FREQUENCY", "quarterly")
    settings = Settings(tmp_path / "home", tmp_path, 3, "1GB", frequency)
    assert load_settings(settings.environment()) == settings


def test_an_empty_variable_is_none_at_all(tmp_path: Path) -> None:
    given = {"INSIGHT_PROJECT": str(tmp_path), "INSIGHT_RELEASE_FREQUENCY": ""}
    assert load_settings(given).release_frequency is None


def test_the_hook_for_tests_is_off_unless_it_is_named() -> None:
    assert fault_at({}) is None
    assert fault_at({"FAULT_AT": ""}) is None
    assert fault_at({"FAULT_AT": "7"}) == "7"
