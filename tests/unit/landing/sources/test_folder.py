"""Remote folders: complete drops come once, whole and unchanged, over the real protocols."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import pytest

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.landing.sources import filesystem, folder
from insight_pipeline.landing.sources.fetch import Sources, fetch_all
from insight_pipeline.landing.sources.server import RemoteFolder
from insight_pipeline.settings import Settings
from tests.unit.landing.sources.drops import (
    DATA,
    FEED,
    PROVIDER,
    arrived,
    drop,
    fill,
    home,
    manifest,
    received,
    secret,
)
from tests.unit.landing.sources.servers import PASSWORD, USER, sftp_server

KEY, SECRET = "AKIATESTTESTTESTTEST", "not-a-real-secret-of-anything"
WHERE = f"{PROVIDER}/remote-drops"


@dataclass
class Remote:
    """A remote folder, the installation that fetches from it, and a way to put files there."""

    settings: Settings
    source: RemoteFolder
    put: Callable[[dict[str, bytes]], None]

    def fetch(self) -> tuple[Fault, ...]:
        return fetch_all(Sources(folders=(self.source,)), [FEED], self.settings)


@contextmanager
def local(root: Path) -> Iterator[Remote]:
    place = root / "remote"
    place.mkdir(parents=True)
    source = RemoteFolder(PROVIDER, "drops", "local", str(place))
    yield Remote(home(root), source, lambda files: fill(place, files))


@contextmanager
def sftp(root: Path) -> Iterator[Remote]:
    place = root / "remote"
    place.mkdir(parents=True)
    settings = home(root)
    with sftp_server(place) as (port, key):
        secret(settings, "drops", username=USER, password=PASSWORD, host_keys=[key])
        source = RemoteFolder(PROVIDER, "drops", "sftp", "/", "127.0.0.1", port)
        yield Remote(settings, source, lambda files: fill(place, files))


@contextmanager
def s3(root: Path) -> Iterator[Remote]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    client = fsspec.filesystem(
        "s3",
        key=KEY,
        secret=SECRET,
        client_kwargs={"endpoint_url": address},
        skip_instance_cache=True,
    )
    bucket = f"drops-{fingerprint(str(root))[:16]}"  # all of moto's servers are one
    client.mkdir(bucket)

    def put(files: dict[str, bytes]) -> None:
        for name, data in files.items():
            client.pipe_file(f"{bucket}/out/{name}", data)

    settings = home(root)
    secret(settings, "drops", key=KEY, secret=SECRET, region="eu-west-2")
    try:
        source = RemoteFolder(PROVIDER, "drops", "s3", f"{bucket}/out", endpoint=address)
        yield Remote(settings, source, put)
    finally:
        server.stop()


@pytest.fixture(params=[local, sftp, s3], ids=["local", "sftp", "s3"])
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Remote]:
    with request.param(tmp_path) as made:
        yield made


@pytest.fixture
def near(tmp_path: Path) -> Iterator[Remote]:
    """What does not depend on the protocol is tested on a local folder."""
    with local(tmp_path) as made:
        yield made


def test_a_complete_drop_is_fetched_whole_and_received(remote: Remote) -> None:
    remote.put({**drop("2025/q1/visits.csv"), "2025/q2.csv": b"waits for its manifest"})
    assert remote.fetch() == ()
    names = [f"{WHERE}/2025/q1/visits.csv", f"{WHERE}/2025/q1/visits.csv{MANIFEST_SUFFIX}"]
    assert list(arrived(remote.settings)) == names
    assert arrived(remote.settings)[names[0]] == DATA
    found = received(remote.settings)
    assert (len(found.new), found.waiting, found.faults) == (1, 0, ())


def test_what_did_not_change_is_not_fetched_again(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.put(drop("visits.csv"))
    remote.fetch()
    inodes = {path: path.stat().st_ino for path in remote.settings.inbox.rglob("*")}
    monkeypatch.setattr(folder, "_download", None)
    assert remote.fetch() == ()
    assert {path: path.stat().st_ino for path in remote.settings.inbox.rglob("*")} == inodes


def test_a_corrected_file_is_fetched_and_becomes_another_delivery(remote: Remote) -> None:
    remote.put(drop("visits.csv"))
    remote.fetch()
    received(remote.settings)
    remote.put(drop("visits.csv", DATA + b"2;x\n", submitted_at="2025-05-07T09:00:00Z"))
    assert remote.fetch() == ()
    assert arrived(remote.settings)[f"{WHERE}/visits.csv"] == DATA + b"2;x\n"
    assert len(received(remote.settings).new) == 1


def test_files_that_declare_themselves_go_to_their_datasets_folder(remote: Remote) -> None:
    files = {"visits/2025/a.csv": b"x", "visits/b.csv.part": b"x", "other/c.csv": b"x"}
    remote.put(files)
    assert remote.fetch() == ()
    assert list(arrived(remote.settings)) == [f"{PROVIDER}/visits/remote-drops/2025/a.csv"]


def test_one_bad_drop_never_stops_the_others(remote: Remote) -> None:
    remote.put(
        {
            **drop("good.csv"),
            f"hernandez.csv{MANIFEST_SUFFIX}": manifest("nowhere.csv"),
            f"broken.csv{MANIFEST_SUFFIX}": b"{",
            f"binary.csv{MANIFEST_SUFFIX}": b"\xff\xfe",
            f"path.csv{MANIFEST_SUFFIX}": manifest("../good.csv"),
            f"long.csv{MANIFEST_SUFFIX}": b"[" * 70_000,
        }
    )
    faults = remote.fetch()
    assert len(faults) == 5
    assert not any("hernandez" in str(fault) for fault in faults)
    assert f"{WHERE}/good.csv" in arrived(remote.settings)


def test_the_bytes_decide_not_the_mark(near: Remote, tmp_path: Path) -> None:
    near.put(drop("visits.csv"))
    near.fetch()
    before = {p: p.stat().st_ino for p in near.settings.inbox.rglob("*.csv*")}
    os.utime(tmp_path / "remote" / "visits.csv", ns=(1, 1))
    near.fetch()
    assert {p: p.stat().st_ino for p in near.settings.inbox.rglob("*.csv*")} == before


def test_a_file_lost_from_the_inbox_is_fetched_again(near: Remote) -> None:
    near.put(drop("visits.csv"))
    near.fetch()
    (near.settings.inbox / WHERE / "visits.csv").unlink()
    near.fetch()
    assert f"{WHERE}/visits.csv" in arrived(near.settings)


def test_a_night_that_dies_between_data_and_manifest_leaves_no_false_drop(
    near: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    near.put(drop("visits.csv"))
    near.fetch()
    near.put(drop("visits.csv", DATA + b"2;x\n", submitted_at="2025-05-07T09:00:00Z"))
    put = folder.put

    def dies(work: Path, target: Path) -> None:
        if target.name.endswith(MANIFEST_SUFFIX):
            raise KeyboardInterrupt
        put(work, target)

    monkeypatch.setattr(folder, "put", dies)
    with pytest.raises(KeyboardInterrupt):
        near.fetch()
    assert received(near.settings).waiting == 1
    monkeypatch.setattr(folder, "put", put)
    near.fetch()
    (new,) = received(near.settings).new
    assert new.manifest.submitted_at.month == 5


def test_links_are_not_followed(near: Remote, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    fill(tmp_path / "elsewhere", drop("a.csv"))
    near.put(drop("b.csv"))
    (tmp_path / "remote" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "remote" / "b.csv").unlink()
    (tmp_path / "remote" / "b.csv").symlink_to(tmp_path / "elsewhere" / "a.csv")
    assert len(near.fetch()) == 1
    assert arrived(near.settings) == {}


def test_links_are_not_followed_on_sftp(tmp_path: Path) -> None:
    with sftp(tmp_path) as far:
        (tmp_path / "elsewhere").mkdir()
        fill(tmp_path / "elsewhere", drop("a.csv"))
        (tmp_path / "remote" / "linked").symlink_to(tmp_path / "elsewhere")
        assert far.fetch() == ()
        assert arrived(far.settings) == {}


def test_a_link_in_the_inbox_leads_nothing_elsewhere(near: Remote, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (near.settings.inbox / PROVIDER).mkdir(parents=True)
    (near.settings.inbox / WHERE).symlink_to(tmp_path / "elsewhere")
    near.put(drop("a.csv"))
    assert "link" in str(near.fetch()[0])
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    ("module", "name", "limit", "words"),
    [
        (folder, "MAX_BYTES", 5, "too large"),
        (filesystem, "MAX_FILES", 1, "too many files"),
        (filesystem, "MAX_DEPTH", 1, "too deep"),
    ],
)
def test_sizes_are_limited(
    near: Remote, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, limit: int, words: str
) -> None:
    monkeypatch.setattr(module, name, limit)
    near.put(drop("a/b.csv"))
    (fault,) = near.fetch()
    assert words in str(fault)
    assert arrived(near.settings) == {}


def test_a_file_that_grows_while_it_is_fetched_is_left_for_the_next_night(
    near: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    near.put(drop("a.csv"))
    listing = folder.listing

    def before(system: Any, root: str) -> Any:
        found = listing(system, root)
        near.put({"a.csv": DATA * 2})
        return found

    monkeypatch.setattr(folder, "listing", before)
    assert "changed while" in str(near.fetch()[0])
    monkeypatch.setattr(folder, "listing", listing)
    assert near.fetch() == ()


def test_a_manifest_replaced_while_its_data_is_fetched_is_left_for_the_next_night(
    near: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    near.put(drop("a.csv"))
    download = folder._download

    def before(visit: Any, path: str, name: str) -> Path:
        got = download(visit, path, name)
        near.put(drop("a.csv", DATA[::-1], submitted_at="2025-05-07T09:00:00Z"))
        return got

    monkeypatch.setattr(folder, "_download", before)
    assert "changed while" in str(near.fetch()[0])
    assert arrived(near.settings) == {}


def test_a_server_with_another_key_than_recorded_is_not_spoken_to(tmp_path: Path) -> None:
    with sftp(tmp_path) as far:
        key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQ=="
        secret(far.settings, "drops", username=USER, password=PASSWORD, host_keys=[key])
        far.put(drop("a.csv"))
        (fault,) = far.fetch()
        assert "SSHException" in str(fault)


def told(faults: tuple[Fault, ...]) -> str:
    return "\n".join(str(fault) for fault in faults)


def test_trouble_with_one_server_is_its_own_and_tells_no_credential(tmp_path: Path) -> None:
    with sftp(tmp_path) as far, local(tmp_path / "near") as near:
        near.put(drop("a.csv"))
        secret(far.settings, "drops", username=USER, password="wrong " + SECRET, host_keys=["a b"])
        absent = RemoteFolder(PROVIDER, "absent", "sftp", "/", "127.0.0.1", 1)
        sources = Sources(folders=(absent, far.source, near.source))
        faults = fetch_all(sources, [], far.settings)
        assert len(faults) == 2
        assert SECRET not in told(faults)
        assert "secrets/servers/absent.json" in told(faults)
        assert f"{WHERE}/a.csv" in arrived(far.settings)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"username": USER, "host_keys": ["a b"], "pasword": SECRET}, "unknown key 'pasword'"),
        ({"username": USER, "host_keys": []}, "host_keys"),
        ({"username": USER}, "host_keys"),
        ({"username": 5, "host_keys": ["a b"], "password": SECRET}, "username"),
    ],
)
def test_a_wrong_secret_is_told_without_its_content(
    tmp_path: Path, values: dict[str, Any], words: str
) -> None:
    with sftp(tmp_path) as far:
        secret(far.settings, "drops", **values)
        assert words in told(far.fetch())
        assert SECRET not in told(far.fetch())


def test_a_secret_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    with sftp(tmp_path) as far:
        (far.settings.secrets / "servers" / "drops.json").chmod(0o640)
        assert "others may read" in told(far.fetch())
