"""How any command fails, and who may read what it writes."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from insight_pipeline.cli.group import Faults, keep_private


def program(work: click.Command) -> click.Group:
    group = Faults(callback=click.pass_context(keep_private))
    group.add_command(work)
    return group


def test_a_failure_of_the_system_is_told_in_five_parts_without_what_was_written() -> None:
    @click.command(name="figures")
    def work() -> None:
        raise OSError(errno.ENOSPC, "Zzyzx could not be written", "out/linked.csv")

    result = CliRunner().invoke(program(work), ["figures"])
    assert result.exit_code == 1
    assert "out/linked.csv\n    expected " in result.stderr and "No space left" in result.stderr
    assert "Zzyzx" not in result.output and "Traceback" not in result.output


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    @click.command(name="figures")
    def work() -> None:
        (tmp_path / "none/such.svg").write_text("")

    result = CliRunner().invoke(program(work), ["figures"])
    assert result.exit_code == 1 and str(tmp_path / "none/such.svg") in result.stderr


@pytest.mark.parametrize(("name", "mode"), [("link", 0o600), ("figures", 0o644)])
def test_files_that_name_people_are_their_owners_alone(
    tmp_path: Path, name: str, mode: int
) -> None:
    @click.command(name=name)
    def work() -> None:
        (tmp_path / "out.csv").touch()

    before = os.umask(0o022)
    try:
        assert CliRunner().invoke(program(work), [name]).exit_code == 0
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == mode
