"""What an ODCS `servers` entry means, and which entries mean nothing to fetch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.landing.sources import filesystem
from insight_pipeline.landing.sources.server import RemoteFolder, remote_folder, remote_table
from tests.unit.landing.sources.drops import FEED, home, secret

HOME, INBOX = Path("/srv/insight"), Path("/srv/insight/inbox")


def folder(**raw: Any) -> RemoteFolder | None:
    return remote_folder({"server": "drops", **raw}, "activelife", HOME, INBOX)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            {"type": "s3", "location": "s3://bucket/out/{model}/*.csv"},
            {"protocol": "s3", "root": "bucket/out"},
        ),
        (
            {"type": "s3", "location": "s3://bucket", "endpointUrl": "https://minio.example"},
            {"protocol": "s3", "root": "bucket", "endpoint": "https://minio.example"},
        ),
        (
            {"type": "sftp", "location": "sftp://files.example:2222/out/"},
            {"protocol": "sftp", "root": "/out", "host": "files.example", "port": 2222},
        ),
        (
            {"type": "sftp", "location": "sftp://files.example"},
            {"protocol": "sftp", "root": "/", "host": "files.example"},
        ),
        (
            {"type": "azure", "location": "az://acc.blob.core.windows.net/box/out/*.csv"},
            {"protocol": "azure", "root": "box/out", "host": "acc"},
        ),
        (
            {"type": "azure", "location": "abfss://box@acc.dfs.core.windows.net/out"},
            {"protocol": "azure", "root": "box/out", "host": "acc"},
        ),
        ({"type": "local", "path": "../share"}, {"protocol": "local", "root": "/srv/share"}),
    ],
)
def test_a_location_is_a_folder_without_its_pattern(
    raw: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert folder(**raw) == RemoteFolder("activelife", "drops", **expected)


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "local", "path": "inbox/activelife"},
        {"type": "local", "path": "."},
        {"type": "postgres", "host": "db.example", "port": 5432},
        {"type": "kafka", "host": "x"},
    ],
)
def test_our_own_inbox_and_other_kinds_are_no_folder_to_fetch_from(raw: dict[str, Any]) -> None:
    assert folder(**raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "sftp", "location": "sftp://user:hunter2@files.example/out"},
        {"type": "sftp", "location": "sftp://user@files.example/out"},
        {"type": "s3", "location": "s3://key:hunter2@bucket/out"},
        {"type": "s3", "location": "s3://bucket", "server": "../../secrets"},
        {"type": "s3", "location": "s3://bucket", "endpointUrl": "http://minio.example"},
    ],
)
def test_credentials_in_a_location_bad_names_and_plain_http_are_refused(
    raw: dict[str, Any],
) -> None:
    with pytest.raises(InsightError) as caught:
        folder(**raw)
    assert "hunter2" not in str(caught.value)


def test_a_table_is_named_by_its_property_or_its_dataset() -> None:
    raw = {"type": "postgresql", "host": "db", "port": 5432, "database": "d", "schema": "s"}
    table = remote_table({"server": "db", **raw}, FEED, ";")
    assert table is not None
    assert (table.table, table.delimiter) == ("visits", ";")
    named = [{"property": "table", "value": "Visits 2025"}]
    table = remote_table({"server": "db", **raw, "customProperties": named}, FEED, ",")
    assert table is not None
    assert table.table == "Visits 2025"
    assert remote_table({"server": "db", "type": "s3"}, FEED, ",") is None


def test_azure_is_opened_with_its_account_and_key_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No Azure server can run here: what is handed to its library is all that is tested."""
    pytest.importorskip("adlfs")
    settings = home(tmp_path)
    secret(settings, "drops", account_key="a2V5")
    asked: dict[str, Any] = {}
    monkeypatch.setattr(
        filesystem.fsspec, "filesystem", lambda kind, **options: asked.update(kind=kind, **options)
    )
    source = RemoteFolder("activelife", "drops", "azure", "box/out", host="acc")
    with filesystem.opened(source, settings.secrets):
        pass
    assert asked["kind"] == "az"
    assert (asked["account_name"], asked["account_key"]) == ("acc", "a2V5")
    assert asked["skip_instance_cache"]


@pytest.mark.parametrize(
    "name",
    ["out/../x", "out/a/./b", "out", "outside/a", "out/a\\b", "out/a\0b", "out/" + "x" * 300],
)
def test_names_that_could_lead_elsewhere_are_not_listed(name: str) -> None:
    class System:
        def ls(self, path: str, detail: bool) -> list[dict[str, Any]]:
            return [{"name": name, "size": 1, "type": "file"}]

    assert filesystem.listing(System(), "out") == {}


def test_links_are_not_listed_whatever_a_server_takes_them_for() -> None:
    class System:
        def ls(self, path: str, detail: bool) -> list[dict[str, Any]]:
            return [
                {"name": "out/a", "size": 1, "type": "file", "islink": True},
                {"name": "out/b", "size": 1, "type": "link"},
                {"name": "out/c", "size": 1, "type": "file"},
            ]

    assert list(filesystem.listing(System(), "out")) == ["c"]
