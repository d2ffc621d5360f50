"""Whole nights that fetch from a real SFTP server and an S3 server, with one that is broken."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import fsspec
import pytest

from insight_pipeline.defs.workspace import open_instance
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.landing.receipt import read_receipts
from insight_pipeline.settings import Settings
from tests.deployment.openssh import sftp
from tests.deployment.small import keep_secret, people, project_of, start_night, write_drop

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]
KEY, SECRET = "AKIAEXAMPLE", "a secret that is told nobody"
NIGHT_SECONDS = 900
INBOX = dg.AssetKey(["landing", "inbox"])


@dataclass
class Remotes:
    """A home that fetches from three servers, and how a provider puts something there."""

    settings: Settings
    place: Path
    put: Callable[[str, bytes], None]
    read: Callable[[], int]
    nights: list[str] = field(default_factory=list)

    def night(self) -> dict[str, Any]:
        """One night; what the inbox's check says of it."""
        log = self.settings.home.parent / f"night-{len(self.nights)}.log"
        code = start_night(self.settings, log).wait(NIGHT_SECONDS)
        self.nights.append(log.read_text())
        assert code == 0, self.nights[-1]
        with open_instance(self.settings) as instance:
            run = instance.get_runs(limit=1)[0].run_id
            checks = [
                entry.get_dagster_event().asset_check_evaluation_data
                for entry in instance.all_logs(
                    run, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
                )
            ]
        (check,) = (each for each in checks if each.asset_key == INBOX)
        return {"passed": check.passed, **{k: m.value for k, m in check.metadata.items()}}

    def deliveries(self, provider: str) -> int:
        return len(read_receipts(self.settings.landing, f"{provider}__people"))


@pytest.fixture
def remotes(tmp_path: Path) -> Iterator[Remotes]:
    """harbourgym on SFTP, quayclinic on S3, tidehouse on a server that is not there."""
    moto = pytest.importorskip("moto.server", reason="NOT TESTED: moto is not installed")
    place = tmp_path / "sent"
    keys = tmp_path / "keys"
    keys.mkdir()
    storage = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    storage.start()
    address = "http://{}:{}".format(*storage.get_host_and_port())
    client = fsspec.filesystem(
        "s3",
        key=KEY,
        secret=SECRET,
        client_kwargs={"endpoint_url": address},
        skip_instance_cache=True,
    )
    bucket = f"deliveries-{fingerprint(str(tmp_path))[:16]}"  # all of moto's servers are one
    client.mkdir(bucket)
    try:
        with sftp(keys) as server, socket.create_server(("127.0.0.1", 0)) as nobody:
            gone = nobody.getsockname()[1]
            nobody.close()
            settings = project_of(tmp_path, _servers(server.port, place, address, bucket, gone))
            key = {"username": server.user, "private_key_file": str(server.private_key)}
            for name in ("gym", "tide"):
                keep_secret(settings, name, {**key, "host_keys": [server.host_key]})
            keep_secret(settings, "quay", {"key": KEY, "secret": SECRET, "region": "eu-west-2"})
            yield Remotes(
                settings,
                place,
                lambda name, data: client.pipe_file(f"{bucket}/out/{name}", data),
                lambda: (keys / "sshd.log").read_text().count("Accepted publickey"),
            )
    finally:
        storage.stop()


def _servers(
    port: int, place: Path, address: str, bucket: str, gone: int
) -> dict[str, dict[str, Any] | None]:
    return {
        "harbourgym": {
            "server": "gym",
            "type": "sftp",
            "location": f"sftp://127.0.0.1:{port}{place}",
        },
        "quayclinic": {
            "server": "quay",
            "type": "s3",
            "location": f"s3://{bucket}/out",
            "endpointUrl": address,
        },
        "tidehouse": {
            "server": "tide",
            "type": "sftp",
            "location": f"sftp://127.0.0.1:{gone}/out",
        },
    }


def _send(remotes: Remotes, provider: str, number: int, name: str) -> None:
    """A whole drop on that provider's server, the manifest last."""
    made = write_drop(remotes.settings.home.parent / "made" / provider, provider, number, name)
    manifest = made.with_name(f"{name}.manifest.json")
    if provider == "harbourgym":
        remotes.place.mkdir(exist_ok=True)
        for file in (made, manifest):
            shutil.copy(file, remotes.place / file.name)
    else:
        for file in (made, manifest):
            remotes.put(file.name, file.read_bytes())


def test_nights_fetch_link_and_fetch_nothing_again(remotes: Remotes) -> None:
    _send(remotes, "harbourgym", 60, "people.csv")
    _send(remotes, "quayclinic", 40, "people.csv")
    remotes.put("late.csv", b"ref,first_name\nP1,A")  # still being written: no manifest

    first = remotes.night()
    assert not first["passed"] and first["faults"] == 1, first
    assert "tide" in first["details"], "the server that is not there is named"
    assert (remotes.deliveries("harbourgym"), remotes.deliveries("quayclinic")) == (1, 1)
    found = people(remotes.settings)
    assert len(found) == 60 and sum("quayclinic:" in ids for (ids,) in found) == 40

    inbox = {p: p.stat().st_mtime_ns for p in remotes.settings.inbox.rglob("*") if p.is_file()}
    logins = remotes.read()
    second = remotes.night()
    assert remotes.read() > logins, "the server was looked at again"
    assert second["faults"] == 1
    after = {p: p.stat().st_mtime_ns for p in remotes.settings.inbox.rglob("*") if p.is_file()}
    assert after == inbox, "nothing was fetched again"

    _send(remotes, "quayclinic", 45, "late.csv")
    remotes.night()
    assert (remotes.deliveries("harbourgym"), remotes.deliveries("quayclinic")) == (1, 2)
    told = "\n".join([*remotes.nights, json.dumps(first)])
    assert SECRET not in told and KEY not in told


def test_a_file_cut_off_on_its_way_is_no_delivery_until_it_is_whole(remotes: Remotes) -> None:
    _send(remotes, "quayclinic", 40, "people.csv")
    whole = remotes.settings.home.parent / "made/quayclinic/people.csv"
    half = whole.read_bytes()[: whole.stat().st_size // 2]
    remotes.put("people.csv.part", half)
    made = write_drop(remotes.settings.home.parent / "made/harbourgym", "harbourgym", 60)
    remotes.place.mkdir(exist_ok=True)
    (remotes.place / "people.csv").write_bytes(half)
    remotes.night()
    assert remotes.deliveries("harbourgym") == 0
    assert remotes.deliveries("quayclinic") == 1

    for file in (made, made.with_name("people.csv.manifest.json")):
        shutil.copy(file, remotes.place / file.name)
    remotes.night()
    assert remotes.deliveries("harbourgym") == 1
    assert len(people(remotes.settings)) == 60
