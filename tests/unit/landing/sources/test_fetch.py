"""One server's trouble stays its own; our own full disk is nobody's server."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import cast

import pytest

from insight_pipeline.kernel.trouble import MachineError
from insight_pipeline.landing.sources import fetch
from insight_pipeline.landing.sources.fetch import Sources, fetch_all
from insight_pipeline.landing.sources.server import RemoteFolder
from insight_pipeline.settings import Settings


class Somewhere:
    """As much of a remote folder as is asked for."""

    where = "server county of wellpath"


def fetched(monkeypatch: pytest.MonkeyPatch, home: Path, error: Exception) -> list[str]:
    """What was found at each of two servers, the first of which raises `error`."""
    told = iter([error, None])

    def folder(*asked: object) -> tuple[()]:
        raised = next(told)
        if raised:
            raise raised
        return ()

    monkeypatch.setattr(fetch, "fetch_folder", folder)
    place = cast(RemoteFolder, Somewhere())
    faults = fetch_all(Sources(folders=(place, place)), (), Settings(home, home))
    return [fault.found for fault in faults]


def test_a_servers_error_of_input_or_output_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = fetched(monkeypatch, tmp_path, OSError(errno.EIO, "said by the server"))
    assert found == ["an error of kind OSError"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS])
def test_a_full_disk_of_ours_stops_the_night_and_blames_no_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int
) -> None:
    with pytest.raises(MachineError) as raised:
        fetched(monkeypatch, tmp_path, OSError(code, "here"))
    assert "credentials" not in str(raised.value)


def test_trouble_of_the_machine_is_passed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(MachineError):
        fetched(monkeypatch, tmp_path, MachineError([]))
