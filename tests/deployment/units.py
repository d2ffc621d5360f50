"""systemd's unit files, read as strictly as systemd reads them."""

from __future__ import annotations

import shlex
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = DEPLOY / "systemd"
INSTALLED = "/opt/insight/"
Sections = dict[str, dict[str, list[str]]]


def read_unit(path: Path) -> Sections:
    """Section → key → values in order; a line that is none of these is an error."""
    sections: Sections = {}
    current: dict[str, list[str]] | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith(("#", ";")):
            continue
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], {})
            continue
        key, equals, value = line.partition("=")
        if current is None or not equals or key != key.strip():
            raise ValueError(f"{path.name}: {line}")
        current.setdefault(key, []).append(value)
    return sections


def services() -> dict[str, dict[str, list[str]]]:
    """Unit name → its [Service] section."""
    return {path.name: read_unit(path)["Service"] for path in sorted(UNITS.glob("*.service"))}


def commands(service: dict[str, list[str]]) -> list[list[str]]:
    """Every command line of a service, as words."""
    keys = ("ExecStartPre", "ExecStart", "ExecStartPost")
    return [shlex.split(line) for key in keys for line in service.get(key, ())]
