"""The container file, read by the rules a linter holds: no container engine runs the tests.

That it builds is therefore not shown here; docs/operate.md says so.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from tests.deployment.units import DEPLOY

REPOSITORY = Path(__file__).parents[2]
PINNED = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)?[\w.-]*$")


def instructions() -> list[tuple[str, str]]:
    """Keyword and the rest of every instruction, continued lines joined."""
    text = (DEPLOY / "Containerfile").read_text()
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in joined.splitlines()]


def of(keyword: str) -> list[str]:
    return [rest for word, rest in instructions() if word == keyword]


def test_only_known_instructions_stand_in_it() -> None:
    known = {"FROM", "ENV", "WORKDIR", "ARG", "RUN", "COPY", "USER"}
    known |= {"VOLUME", "HEALTHCHECK", "CMD"}
    assert {word for word, _ in instructions()} <= known


def test_every_base_is_pinned_to_a_version() -> None:
    bases = [rest.split()[0] for rest in of("FROM")]
    images = [s["image"] for s in compose()["services"].values()]
    assert len(bases) == 2 and len(set(bases)) == 1
    for image in (*bases, *images):
        assert PINNED.fullmatch(image), image


def test_every_file_that_is_copied_exists_and_reaches_the_builder() -> None:
    ignore = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in ignore if line.startswith("!")}
    assert "*" in ignore
    for rest in of("COPY"):
        words = shlex.split(rest)
        if not words[0].startswith("--from="):
            for word in words[:-1]:
                source = word.replace("${LOCK}", default_lock())
                assert (REPOSITORY / source).exists(), source
                assert source in let_in, source


def default_lock() -> str:
    return of("ARG")[0].removeprefix("LOCK=")


def test_the_lock_of_the_example_is_one_that_make_lock_writes() -> None:
    """It holds what the default one leaves out: remote servers and PostgreSQL."""
    (lock,) = {
        str(s["build"]["args"]["LOCK"])  # type: ignore[index]
        for s in compose()["services"].values()
        if "build" in s
    }
    makefile = (REPOSITORY / "Makefile").read_text()
    assert f"--output-file {lock}" in makefile
    packages = (REPOSITORY / lock).read_text()
    assert "dagster-postgres==" in packages and "s3fs==" in packages


def test_packages_are_installed_from_the_lock_by_their_hashes() -> None:
    (install,) = (rest for rest in of("RUN") if "-r packages.lock" in rest)
    assert "--require-hashes" in install
    others = [rest for rest in of("RUN") if "pip install" in rest and rest != install]
    assert others and all("--no-deps" in rest and "--no-build-isolation" in rest for rest in others)


def test_it_runs_as_nobody_special() -> None:
    words = [word for word, _ in instructions()]
    assert of("USER") == ["insight"]
    assert words.index("USER") > max(n for n, word in enumerate(words) if word in ("RUN", "COPY"))
    assert "--uid 10001" in " ".join(of("RUN"))


def test_no_secret_is_baked_in() -> None:
    for name in ("ENV", "COPY", "RUN"):
        for rest in of(name):
            assert not re.search(r"(?i)password|secret|token|home/|pgpass", rest), rest


def test_its_commands_exist() -> None:
    services = compose()["services"]
    lines = [yaml.safe_load(of("CMD")[0])]
    lines += [s["command"] for s in services.values() if "command" in s]
    lines += [yaml.safe_load(of("HEALTHCHECK")[0].partition("CMD ")[2])]
    found = Path(sys.executable).parent
    for line in lines:
        program = line[0]
        assert (found / program).exists() or shutil.which(program), program


def compose() -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(
        (DEPLOY / "compose.yaml").read_text()
    )
    return found


def test_the_example_shows_pages_to_this_machine_only_and_gives_no_capability() -> None:
    services = compose()["services"]
    assert services["webserver"]["ports"] == ["127.0.0.1:3000:3000"]
    assert [name for name, service in services.items() if "ports" in service] == ["webserver"]
    for name in ("code", "webserver", "daemon"):
        service = services[name]
        assert service["cap_drop"] == ["ALL"] and service["read_only"] is True
        assert service["mem_limit"]


@pytest.mark.parametrize("name", ["code", "webserver", "daemon", "database"])
def test_every_service_says_when_it_is_well(name: str) -> None:
    service = compose()["services"][name]
    assert "healthcheck" in service or name == "code"  # the image's own
