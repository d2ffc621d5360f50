"""The systemd units: accepted by systemd's own verifier, hardened, and their commands exist."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from insight_pipeline.cli.main import main
from tests.deployment.units import DEPLOY, INSTALLED, UNITS, commands, read_unit, services

REPOSITORY = Path(__file__).parents[2]
BIN = f"{INSTALLED}.venv/bin/"
HARDENED = {
    "User": "insight",
    "UMask": "0077",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "StateDirectory": "insight",
    "StateDirectoryMode": "0700",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "SystemCallFilter": "@system-service",
}


@pytest.mark.parametrize("name", services())
def test_every_service_is_hardened_and_limited(name: str) -> None:
    service = services()[name]
    assert {key: service.get(key) for key in HARDENED} == {k: [v] for k, v in HARDENED.items()}
    assert service["EnvironmentFile"] == ["/etc/insight/insight.env"]
    assert service["MemoryMax"]
    if service["Type"] == ["exec"]:
        assert service["Restart"] == ["always"]


def test_nothing_listens_beyond_this_machine() -> None:
    units = services()
    (web,) = units["insight-webserver.service"]["ExecStart"]
    (code,) = units["insight-code.service"]["ExecStart"]
    assert "--host 127.0.0.1" in web
    assert "--socket /run/insight/code.sock" in code and "--port" not in code
    assert units["insight-code.service"]["RuntimeDirectoryMode"] == ["0700"]
    (location,) = yaml.safe_load((DEPLOY / "workspace.yaml").read_text())["load_from"]
    assert location["grpc_server"]["socket"] == "/run/insight/code.sock"


@pytest.mark.parametrize("name", services())
def test_every_command_exists_with_its_options(name: str) -> None:
    for words in commands(services()[name]):
        program, arguments = words[0], words[1:]
        if program.endswith("/insight"):
            _parses(main, arguments)
        elif program.endswith("/python"):
            module = REPOSITORY / f"{arguments[1].replace('.', '/')}.py"
            assert arguments[0] == "-m" and module.is_file()
        elif program != "/bin/sh":
            assert (
                program.startswith(BIN)
                and Path(sys.executable).with_name(program.removeprefix(BIN)).is_file()
            )


def _parses(command: click.Command, arguments: list[str]) -> None:
    """Walk down to the command that is meant and parse its arguments, without running it."""
    context = click.Context(command)
    while isinstance(command, click.Group):
        found = command.get_command(context, arguments[0])
        assert found is not None, arguments
        context, command = click.Context(found, parent=context), found
        arguments = arguments[1:]
    command.parse_args(context, list(arguments))


@pytest.mark.parametrize("path", sorted(UNITS.glob("*.timer")), ids=lambda path: path.name)
def test_every_timer_starts_a_service_and_says_its_time_zone(path: Path) -> None:
    assert path.with_suffix(".service").is_file()
    timer = read_unit(path)["Timer"]
    assert timer["OnCalendar"][0].endswith(" Europe/London")
    assert timer["Persistent"] == ["yes"]


def test_systemd_itself_accepts_every_unit(tmp_path: Path) -> None:
    """As installed: the paths are rewritten to programs that exist here."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("NOT TESTED: systemd-analyze is not on this machine (Debian: systemd)")
    for path in sorted(UNITS.iterdir()):
        text = path.read_text().replace(BIN, f"{Path(sys.executable).parent}/")
        (tmp_path / path.name).write_text(text)
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run([program, "verify", *files], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "insight" in line]
    assert done.returncode == 0 and ours == [], done.stderr


def test_a_misspelt_directive_would_be_noticed(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("NOT TESTED: systemd-analyze is not on this machine (Debian: systemd)")
    wrong = tmp_path / "insight-wrong.service"
    wrong.write_text("[Service]\nExecStart=/bin/true\nProtectSistem=strict\n")
    done = subprocess.run([program, "verify", str(wrong)], capture_output=True, text=True)
    assert "ProtectSistem" in done.stderr


def test_the_example_environment_holds_no_password() -> None:
    text = (DEPLOY / "insight.env.example").read_text()
    for address in re.findall(r"postgresql\S*//(\S*)", text):
        assert ":" not in address.partition("@")[0], "a password in an address"
    values = dict(line.split("=", 1) for line in text.splitlines() if line and line[0] != "#")
    assert values["DAGSTER_HOME"] == f"{values['INSIGHT_HOME']}/dagster"
    assert not stat.S_IMODE((DEPLOY / "insight.env.example").stat().st_mode) & stat.S_IXUSR
